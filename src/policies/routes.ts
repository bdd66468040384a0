import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Subject } from '../../core/subject/subject.js';
import { listPage, listParameters } from '../api/list.js';
import type { Call, Reply, Route } from '../api/route.js';
import type { ModelSource } from '../models/model-source.js';
import { warningHeaders } from '../models/standing-warnings.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import '../query/schemas.js';
import type { Store } from '../store/store.js';
import { keptPolicies, versionsOf } from './change-policies.js';
import { explain } from './explain.js';
import { policyFile, policyLayerFile } from './policy-layer.js';
import './schemas.js';
import { closingWarnings, type ExplainRequest, policiesFor, type PolicyItem, subjectOf } from './service.js';
import type { PolicyBody } from './store.js';

export interface PolicyServices {
  readonly models: WorkspaceModels;
  readonly executor: GovernedExecutor;
  readonly maxRows: number;
  /** Where those are that are made by API. */
  readonly store: Store | null;
}

interface PreviewRequest extends ExplainRequest {
  readonly policy?: PolicyBody;
  readonly remove?: string;
  readonly subject: NonNullable<ExplainRequest['subject']>;
}

const noStore = { 'Cache-Control': 'no-store' };
const tag = 'Policies';
const path = '/api/v1/policies';
const reads = { role: 'viewer', scope: 'policy:read' } as const;

/** The lists: all, and what older clients know apart. */
const lists: readonly {
  readonly path: string;
  readonly operations: readonly [list: string, one: string];
  readonly what: string;
  readonly has: (item: PolicyItem) => boolean;
}[] = [
  {
    path: `${path}/rows`,
    operations: ['listRowPolicies', 'getRowPolicy'],
    what: 'policies on rows',
    has: ({ rows }) => rows !== null,
  },
  {
    path: `${path}/columns`,
    operations: ['listColumnPolicies', 'getColumnPolicy'],
    what: 'policies on columns',
    has: ({ columns, allow_only }) => Object.keys(columns).length > 0 || allow_only !== null,
  },
  { path, operations: ['listPolicies', 'getPolicy'], what: 'policies', has: () => true },
];

const found = (items: readonly PolicyItem[], name: string): PolicyItem => {
  // Where a file took the name of one by API, what can be changed here is meant.
  const item = items.findLast((one) => one.name === name);
  if (item === undefined) throw new DataMindError('NOT_FOUND', `There is no policy "${name}".`);
  return item;
};

/** With the version as its ETag, where it can be changed here. */
export const policyReply = (item: PolicyItem, source: ModelSource): Extract<Reply, { json: unknown }> => ({
  json: item,
  ...(item.version !== null && { etag: `"${item.version}"` }),
  headers: { ...noStore, ...warningHeaders(source) },
});

export const createPolicyRoutes = ({ models, executor, maxRows, store }: PolicyServices): readonly Route[] => {
  const shown = async (subject: Subject) => {
    const source = await models.of(subject.workspace);
    const rows = store === null ? [] : await keptPolicies(store, subject.workspace);
    const { model } = source.state();
    const seen = model === null ? null : await models.within(model, subject);
    return { source, items: policiesFor(source, rows, subject, seen) };
  };

  const preview = async (call: Call): Promise<Reply> => {
    const { policy, remove, ...asked } = call.body as PreviewRequest;
    const subject = subjectOf(call.subject, asked.subject);
    const source = await models.of(call.subject.workspace);
    const change = policy === undefined ? null : policyLayerFile(policy);
    const name = policy?.name ?? remove!;
    const { model: tried, diagnostics } = await source.previewLayers(new Map([[policyFile(name), change]]));
    const common = { executor, subject, maxRows };
    const model = tried === null ? null : await models.within(tried, subject);
    const now = await models.within(source.model(), subject);
    const before = await explain({ ...common, model: now }, asked, call);
    const after = model === null ? null : await explain({ ...common, model }, asked, call);
    const entity = policy?.on ?? source.model().policies[name]?.on;
    return {
      json: {
        valid: model !== null,
        diagnostics,
        before,
        after,
        warnings: entity === undefined ? [] : closingWarnings(tried, entity),
        correlation_id: call.correlationId,
      },
      headers: noStore,
    };
  };

  return [
    ...lists.flatMap(({ path: address, operations: [list, one], what, has }): readonly Route[] => [
      {
        method: 'get',
        path: address,
        operation: list,
        access: reads,
        tag,
        summary: `List ${what}`,
        description: 'Admins see all, others those that are about them.',
        query: listParameters,
        responses: {
          200: { description: 'A page of the list.', content: { 'application/json': { $ref: '#/$defs/PolicyList' } } },
        },
        errors: ['MODEL_UNAVAILABLE'],
        handle: async ({ query, subject }) => {
          const { source, items } = await shown(subject);
          return { json: listPage(items.filter(has), query), headers: { ...noStore, ...warningHeaders(source) } };
        },
      },
      {
        method: 'get',
        path: `${address}/{name}`,
        operation: one,
        access: reads,
        tag,
        summary: `Show one of the ${what}`,
        params: { name: 'Its name.' },
        responses: {
          200: { description: 'The policy.', content: { 'application/json': { $ref: '#/$defs/Policy' } } },
        },
        errors: ['NOT_FOUND', 'MODEL_UNAVAILABLE'],
        handle: async ({ params, subject }) => {
          const { source, items } = await shown(subject);
          return policyReply(found(items.filter(has), params.name!), source);
        },
      },
    ]),
    {
      method: 'get',
      path: `${path}/{name}/versions`,
      operation: 'listPolicyVersions',
      access: { role: 'admin', scope: 'policy:read' },
      tag,
      summary: 'List what a policy was with each of its versions',
      description: 'Of one that was made by API, the latest first; also when it is deleted.',
      params: { name: 'Its name.' },
      responses: {
        200: { description: 'All of them.', content: { 'application/json': { $ref: '#/$defs/PolicyVersionList' } } },
      },
      errors: ['NOT_FOUND'],
      handle: async ({ params, subject }) => {
        const data = store === null ? [] : await versionsOf(store, subject.workspace, params.name!);
        return { json: { data, count: data.length }, headers: noStore };
      },
    },
    {
      method: 'post',
      path: `${path}/explain`,
      operation: 'explainPolicies',
      access: { role: 'analyst', scope: 'policy:read' },
      tag,
      summary: 'Say which policies touch what',
      description:
        'For SQL or a semantic query, and the caller or, for admins, somebody else: what would run, before and after. Runs nothing.',
      body: {
        content: {
          'application/json': {
            schema: { $ref: '#/$defs/PolicyExplainRequest' },
            example: {
              sql: 'select name, email from customers limit 3',
              subject: { user: 'ana', roles: ['analyst'], attributes: { countries: ['France'] } },
            },
          },
        },
        required: true,
      },
      responses: {
        200: {
          description: 'What would run, or why nothing would.',
          content: { 'application/json': { $ref: '#/$defs/PolicyExplanation' } },
        },
      },
      errors: ['QUERY_INVALID', 'MODEL_UNAVAILABLE'],
      handle: async (call) => {
        const asked = call.body as ExplainRequest;
        const subject = subjectOf(call.subject, asked.subject);
        const model = await models.modelFor(subject);
        return { json: await explain({ executor, model, subject, maxRows }, asked, call), headers: noStore };
      },
    },
    {
      method: 'post',
      path: `${path}/preview`,
      operation: 'previewPolicy',
      access: { role: 'admin', scope: 'policy:read' },
      cost: 5,
      tag,
      summary: 'Say what somebody would see with a policy before it is saved',
      description:
        'The model is compiled with the policy, or without one that is to be deleted; then what would run for the subject, as it is now and as it would be. Runs nothing, and changes nothing.',
      body: {
        content: {
          'application/json': {
            schema: { $ref: '#/$defs/PolicyPreviewRequest' },
            example: {
              policy: {
                name: 'own_country',
                for: { roles: ['analyst'] },
                on: 'customers',
                rows: 'country in subject.countries',
              },
              subject: { user: 'ana', roles: ['analyst'], attributes: { countries: ['France'] } },
              sql: 'select name from customers limit 3',
            },
          },
        },
        required: true,
      },
      responses: {
        200: {
          description: 'Before and after; `valid` says whether it could be saved.',
          content: { 'application/json': { $ref: '#/$defs/PolicyPreview' } },
        },
      },
      errors: ['QUERY_INVALID', 'MODEL_UNAVAILABLE'],
      handle: preview,
    },
  ];
};
