/** The keys that workspaces have of their own for the language models of the configuration. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import type { PluginPlan } from '../../core/plugin/plan-plugins.js';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail } from '../audit/trail.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { newId } from '../store/new-id.js';
import type { Store } from '../store/store.js';
import { llmKeyPurpose, type LlmKeyRow, llmKeys } from './store.js';

/** A language model that may be asked with a key of a workspace. */
export interface KeyedModel {
  /** The name of the instance. */
  readonly name: string;
  readonly title: string;
  readonly model: string | null;
  /** The provider that it leads to. */
  readonly place: string;
}

export interface LlmKeyServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly models: readonly KeyedModel[];
  readonly log: Logger;
  readonly now: () => number;
}

/** The models of the plan that take keys: those with a setting for one. */
export const keyedModels = ({ plugins }: PluginPlan): readonly KeyedModel[] =>
  plugins.flatMap(({ name, candidate: { manifest, config } }) => {
    const { properties = {} } = manifest.config as { readonly properties?: Readonly<Record<string, unknown>> };
    if (manifest.kind !== 'llm' || properties.apiKey === undefined) return [];
    const { model = null, baseUrl = '' } = config as { readonly model?: string; readonly baseUrl?: string };
    return [{ name, title: manifest.title, model, place: `${manifest.id} ${baseUrl}` }];
  });

const modelOf = ({ models }: LlmKeyServices, name: string): KeyedModel => {
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  throw new DataMindError('NOT_FOUND', 'There is no such language model, or it takes no key.', {
    suggestions: models.map((model) => model.name),
  });
};

const shown = (model: KeyedModel, row: LlmKeyRow | undefined) => ({
  provider: model.name,
  title: model.title,
  model: model.model,
  has_key: row !== undefined,
  // It was given for another one, and does not go there.
  in_use: row !== undefined && row.place === model.place,
  set_by: row?.setBy ?? null,
  set_at: row === undefined ? null : new Date(row.setAt).toISOString(),
});

export const listLlmKeys = async (services: LlmKeyServices, caller: Caller) => {
  const rows = await services.store.read((db) => db.findBy(llmKeys, { workspaceId: workspaceOf(caller) }));
  return services.models.map((model) =>
    shown(
      model,
      rows.find(({ provider }) => provider === model.name),
    ),
  );
};

/** Takes the place of the one before. */
export const setLlmKey = async (
  services: LlmKeyServices,
  caller: Caller,
  provider: string,
  key: string,
  circumstances: Circumstances,
) => {
  const model = modelOf(services, provider);
  const workspaceId = workspaceOf(caller);
  const setAt = services.now();
  const id = newId(setAt);
  const row: LlmKeyRow = {
    id,
    workspaceId,
    provider,
    place: model.place,
    sealed: services.sealer.seal(Buffer.from(key), llmKeyPurpose(id)),
    setBy: caller.subject.user,
    setAt,
  };
  const intent = intentOf(actorOf(caller), 'setting.change', provider, circumstances, { llm_key: 'set' });
  await changeAudited(services, intent, [], async (db) => {
    await db.remove(llmKeys, { workspaceId, provider });
    await db.insert(llmKeys, row);
  });
  return shown(model, row);
};

/** Also of a model that is not configured any more. */
export const removeLlmKey = async (
  services: LlmKeyServices,
  caller: Caller,
  provider: string,
  circumstances: Circumstances,
): Promise<void> => {
  const workspaceId = workspaceOf(caller);
  const intent = intentOf(actorOf(caller), 'setting.change', provider, circumstances, { llm_key: 'removed' });
  await changeAudited(services, intent, [], async (db) => {
    if ((await db.remove(llmKeys, { workspaceId, provider })) > 0) return;
    throw new DataMindError('NOT_FOUND', 'The workspace has no key for it.');
  });
};

/** The key of a workspace for an instance; `null` where it has none, or has given it for another provider. */
export const readLlmKey = async (
  { store, sealer, models, log }: Pick<LlmKeyServices, 'store' | 'sealer' | 'models' | 'log'>,
  provider: string,
  workspaceId: string,
): Promise<string | null> => {
  const row = await store.read((db) => db.findOneBy(llmKeys, { workspaceId, provider }));
  if (row === null) return null;
  const model = models.find(({ name }) => name === provider);
  if (model?.place === row.place) return sealer.open(row.sealed, llmKeyPurpose(row.id)).toString();
  log.warn('a workspace has a key for a language model that leads elsewhere by now; it is not used', {
    provider,
    workspace: workspaceId,
  });
  return null;
};
