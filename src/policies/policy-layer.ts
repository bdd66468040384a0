import type { LayerFile, ModelLayer } from '../models/model-place.js';
import type { Store } from '../store/store.js';
import { type PolicyBody, policies } from './store.js';

/** The file that a policy by API is in the model; no authored one has such a name. */
export const policyFile = (name: string): string => `.api/policies/${name}.yaml`;

/** JSON is YAML. */
export const policyLayerFile = (body: PolicyBody): LayerFile => {
  const { name, on, follows = [] } = body;
  const entities = [...new Set([on, ...follows.map((path) => path.split('.')[0]!)])];
  return { text: `${JSON.stringify({ policies: [body] }, null, 2)}\n`, closing: { policy: name, entities } };
};

/** The policies by API, as files of the model: one each, so that each is judged by itself. */
export const policyLayer = (store: Store): ModelLayer => ({
  files: async (workspaceId) => {
    const rows = await store.read((db) => db.find(policies, { where: { workspaceId }, order: { name: 'ASC' } }));
    return new Map(rows.map(({ name, body }) => [policyFile(name), policyLayerFile(body)]));
  },
});
