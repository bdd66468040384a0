import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AppLogger, createLogger } from '../core/logging/create-logger.js';
import type { PluginKind } from '../core/plugin/contract.js';
import type { PluginPlan } from '../core/plugin/plan-plugins.js';
import type { KeySource } from '../core/secrets/create-sealer.js';
import { createRedactor } from '../core/secrets/create-redactor.js';
import type { Subject } from '../core/subject/subject.js';
import type { Model } from '../semantic/model/model.js';
import { type Curation, modelWithin } from '../semantic/model/view.js';
import { verifiedOn } from '../semantic/prompt/verified-meaning.js';
import { hostname } from 'node:os';
import type { Route } from './api/route.js';
import type { Audit } from './audit/open-audit.js';
import type { Cluster } from './cluster/open-cluster.js';
import type { AuditTrail } from './audit/trail.js';
import type { OpenConnections } from './connections/open-connections.js';
import type { Identity } from './identity/open-identity.js';
import { withLanguageModels } from './llm/with-language-models.js';
import { createModelCompiler } from './models/create-model-compiler.js';
import { folderPlace } from './models/folder-place.js';
import type { LayerFile, ModelLayer } from './models/model-place.js';
import { createModelSource, type ModelCompiler, type ModelSource } from './models/model-source.js';
import { unknownConnection } from './pipeline/find-connector.js';
import { projectNotThere } from './pipeline/within-project.js';
import type { HeldBack } from './pipeline/question.js';
import type { WorkspaceModels } from './models/workspace-models.js';
import { defaultWorkspace } from './identity/caller.js';
import {
  type ExecutorOptions,
  type GovernedExecutor,
  narrowedTo,
  openExecutor,
  readPluginPlan,
} from './pipeline/execute.js';
import { type DemoFile, demoFileOf, inHome } from './settings/home-paths.js';
import { openRecords, type Records } from './open-records.js';
import { openEnvironment } from './settings/open-environment.js';
import { readSettings, type Settings } from './settings/settings.js';
import type { Store } from './store/store.js';

export interface ProjectOptions {
  /** The configuration of the plugins. */
  readonly config: string;
  readonly ontology: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sentences for the person who waits; nothing is said when absent. */
  readonly progress?: DemoProgress;
  readonly logLevel?: Settings['logLevel'];
  readonly signal?: AbortSignal;
  /** The clock of what is asked; the machine's when absent. */
  readonly now?: () => number;
}

export interface LlmKeys {
  readonly routes: readonly Route[];
  readonly keyOf: (provider: string, workspace: string) => Promise<string | null>;
}

export interface DemoProgress {
  begin(file: DemoFile): void;
  /** From 0 to 1. */
  at(done: number): void;
  end(): void;
}

/** What the executor of a server is given besides. */
type Given = Records & Pick<ExecutorOptions, 'made' | 'isConfigured'>;

/** The parts that the server and the command line have in common, not started yet. */
export interface Project {
  readonly settings: Settings;
  readonly log: AppLogger;
  readonly compiler: ModelCompiler;
  /** The model of the ontology folder. */
  readonly models: ModelSource;
  /**
   * The same for a command without a server: with what the store adds to it, where there is a store.
   * @throws DataMindError `MODEL_UNAVAILABLE`, and when there is a store that cannot be opened: then nothing is asked
   */
  readModel(): Promise<Model>;
  /**
   * The model as it is for the subject: the part that its project has where there is a store, which is where projects are kept.
   * Without one a project is what policies are bound to, and all of the model is its.
   * @throws DataMindError `FORBIDDEN` for a project that the default workspace did not have when the model was read
   */
  modelFor(model: Model, subject: Subject): Model;
  /** What was flagged in the default workspace when the model was read; nothing where there is no store. */
  heldBack(): HeldBack | null;
  /** The models of all workspaces. */
  openModels(store: Store): Promise<WorkspaceModels>;
  /**
   * Starts connections, all of them or only these, and what is of these kinds: of language models also those of the environment,
   * and what reads questions without one. Makes the demo data first when it is to be read and not there.
   * Without records given it opens its own, and closes them when it stops.
   */
  openExecutor(
    connections: readonly string[] | null,
    records?: Given,
    kinds?: readonly PluginKind[],
  ): Promise<GovernedExecutor>;
  /** The same with records of its own, and the trail of these: for what is written down besides statements. */
  openOwnExecutor(
    connections: readonly string[] | null,
    kinds?: readonly PluginKind[],
  ): Promise<{ readonly executor: GovernedExecutor; readonly trail: AuditTrail }>;
  /** What processes share besides the store; `null` without `REDIS_URL`. */
  openCluster(store: Store, version: string): Promise<Cluster | null>;
  /** Opens what is kept; commands that need nothing of it never load it. */
  openStore(): Promise<Store>;
  openAudit(store: Store): Promise<Audit>;
  /** The keys that workspaces have of their own for language models. */
  openLlmKeys(store: Store, trail: AuditTrail): Promise<LlmKeys>;
  openIdentity(store: Store, trail: AuditTrail): Promise<Identity>;
  /** @throws DataMindError `CONFIG_INVALID` when what is sealed in the store is not opened by the keys that there are */
  openConnections(store: Store, trail: AuditTrail): Promise<OpenConnections>;
}

/** Makes the demo database that a plugin reads, unless it is there. */
const makeDemo = async (file: DemoFile, { progress, signal }: ProjectOptions): Promise<void> => {
  if (existsSync(file.path)) return;
  const { ensureDemo } = await import('./demo/ensure-demo.js');
  progress?.begin(file);
  await ensureDemo({
    ...file,
    ...(progress !== undefined && { onProgress: progress.at }),
    ...(signal !== undefined && { signal }),
  });
  progress?.end();
};

const drivers: Readonly<Record<DemoFile['engine'], string>> = {
  duckdb: '@duckdb/node-api',
  sqlite: 'node-sqlite3-wasm',
};

const isInstalled = async ({ engine }: DemoFile): Promise<boolean> => {
  try {
    await import(drivers[engine]);
    return true;
  } catch {
    return false;
  }
};

const connectorsOf = ({ plugins }: PluginPlan): readonly string[] =>
  plugins.flatMap((plugin) => (plugin.candidate.manifest.kind === 'connector' ? [plugin.name] : []));

/** The connections as they are configured. A path means a file of this machine. */
const spellConnections = ({ plugins }: PluginPlan): string => {
  const own = plugins.filter(({ candidate }) => candidate.manifest.kind === 'connector');
  const each = own.map(({ name, candidate, otherwise }) =>
    [candidate, otherwise].map((one) => [name, one?.manifest.kind ?? null, one?.config ?? null]),
  );
  const text = JSON.stringify(each);
  return text.includes('"path":') ? `${hostname()} ${text}` : text;
};

/** What a store adds to models. */
interface KeptLayers {
  revisionOf(workspace: string): Promise<number>;
  layersOf(workspace: string): Promise<ReadonlyMap<string, LayerFile>>;
}

const openKeptLayers = async (store: Store): Promise<KeptLayers> => {
  const [{ revisionOf }, { policyLayer }] = await Promise.all([
    import('./models/revision.js'),
    import('./policies/policy-layer.js'),
  ]);
  const layers: readonly ModelLayer[] = [policyLayer(store)];
  return {
    revisionOf: (workspace) => store.read((db) => revisionOf(db, workspace)),
    layersOf: async (workspace) =>
      new Map((await Promise.all(layers.map(({ files }) => files(workspace)))).flatMap((files) => [...files])),
  };
};

export const openProject = (options: ProjectOptions): Project => {
  const { config, ontology, logLevel } = options;
  const env = openEnvironment(options.env);
  const settings = readSettings(env);
  const { store: place, adminPassword } = settings;
  const given = [
    place.engine === 'postgres' ? place.url : null,
    adminPassword,
    env.ENCRYPTION_KEY ?? null,
    settings.redisUrl,
    settings.oidc?.clientSecret ?? null,
  ];
  const redact = createRedactor(given.filter((secret) => secret !== null && secret !== '') as string[]);
  const log = createLogger({ level: logLevel ?? settings.logLevel, redact });
  const compiler = createModelCompiler();
  /** What the store adds to the folder, once it is open. */
  let kept: KeptLayers | null = null;
  let heldBack: HeldBack | null = null;
  /** Of the default workspace, by name; `null` without a store. */
  let curations: ReadonlyMap<string, Curation> | null = null;
  /** What is kept of a model hangs on the value itself. */
  const narrowed = new Map<string, Model>();
  const revision = async (): Promise<number> => (await kept?.revisionOf(defaultWorkspace)) ?? 0;
  const folder = folderPlace(resolve(ontology), compiler.readFolder, revision);
  const models = createModelSource({
    place: folder,
    compiler,
    log,
    layers: async () => (await kept?.layersOf(defaultWorkspace)) ?? new Map(),
  });
  /** What seals secrets in the store; a file is read again when it has changed. */
  const keys = async (): Promise<readonly Buffer[] | KeySource> =>
    settings.encryptionKeys ?? (await import('./keys/key-file.js')).keyFile(settings.encryptionKeyFile);
  let all: WorkspaceModels | null = null;
  /** What an executor of these plugins is made of. Makes the demo data first when it is to be read and not there. */
  const executorParts = async (connections: readonly string[] | null, kinds: readonly PluginKind[]) => {
    const configured = inHome(readPluginPlan(config, env), settings.home);
    const whole = kinds.includes('llm') ? withLanguageModels(configured, env) : configured;
    const plan = narrowedTo(whole, connections, kinds);
    if (connections !== null && connectorsOf(plan).length === 0) {
      throw unknownConnection(connections[0]!, connectorsOf(whole));
    }
    for (const { candidate, otherwise } of plan.plugins) {
      for (const choice of [candidate, otherwise]) {
        const file = choice === undefined ? null : demoFileOf(choice, settings.home);
        if (file === null || !(await isInstalled(file))) continue;
        await makeDemo(file, options);
        break;
      }
    }
    const { queryTimeoutMs: timeoutMs, maxBytes } = settings;
    const clock = options.now === undefined ? {} : { now: options.now };
    return { plan, log, redact, settings: { timeoutMs, maxBytes }, ...clock };
  };
  const project: Project = {
    settings,
    log,
    compiler,
    models,
    readModel: async () => {
      if (place.engine === 'sqlite' && !existsSync(place.file)) await models.refresh();
      else {
        const store = await project.openStore();
        try {
          kept = await openKeptLayers(store);
          await models.refresh();
          const { heldBackOf } = await import('./feedback/held-back.js');
          heldBack = await heldBackOf(store, defaultWorkspace);
          const { curationsOf } = await import('./projects/curations.js');
          curations = await curationsOf(store, defaultWorkspace);
          narrowed.clear();
        } finally {
          kept = null;
          await store.close();
        }
      }
      return models.model();
    },
    modelFor: (model, { project: name }) => {
      if (name === null) return model;
      const whole = { entities: Object.keys(model.entities), metrics: Object.keys(model.metrics) };
      const curation = curations === null ? { project: name, ...whole } : curations.get(name);
      if (curation === undefined) throw projectNotThere(name);
      const key = JSON.stringify([model.hash, name]);
      const part = narrowed.get(key) ?? verifiedOn(model, modelWithin(model, curation));
      narrowed.set(key, part);
      return part;
    },
    heldBack: () => heldBack,
    openModels: async (store) => {
      const [{ createWorkspaceModels }, { storedPlace }] = await Promise.all([
        import('./models/workspace-models.js'),
        import('./models/stored-place.js'),
      ]);
      const opened = await openKeptLayers(store);
      kept = opened;
      const create = (workspace: string): ModelSource =>
        createModelSource({
          place: storedPlace(store, workspace),
          compiler: createModelCompiler(),
          log,
          layers: () => opened.layersOf(workspace),
        });
      all = createWorkspaceModels({ folder: models, stored: { store, create } });
      return all;
    },
    openExecutor: async (connections, given, kinds = []) => {
      if (given === undefined) return (await project.openOwnExecutor(connections, kinds)).executor;
      const parts = await executorParts(connections, kinds);
      // Files of this machine are its default workspace's. On the command line whoever asks sits at it.
      const isConfigured = (workspace: string): boolean => workspace === defaultWorkspace;
      return openExecutor({ ...parts, ...given, isConfigured });
    },
    openOwnExecutor: async (connections, kinds = []) => {
      const parts = await executorParts(connections, kinds);
      const own = await openRecords({ place, log, openStore: project.openStore, openAudit: project.openAudit });
      const { trail, ledger } = own;
      try {
        const executor = await openExecutor({ ...parts, trail, ledger });
        return { executor: { ...executor, stop: () => executor.stop().finally(own.close) }, trail };
      } catch (error) {
        await own.close();
        throw error;
      }
    },
    openCluster: async (store, version) => {
      const { redisUrl: url, cacheTtlSeconds } = settings;
      if (url === null) return null;
      const { openCluster } = await import('./cluster/open-cluster.js');
      const encryptionKeys = await keys();
      const connections = spellConnections(inHome(readPluginPlan(config, env), settings.home));
      return openCluster(store, { url, log, version, encryptionKeys, connections, cacheTtlSeconds });
    },
    openStore: async () => {
      const { openStore } = await import('./store/open-store.js');
      return openStore(settings.store, { log });
    },
    openLlmKeys: async (store, trail) => {
      const [{ createLlmKeyRoutes }, { keyedModels, readLlmKey }, { createSealer }] = await Promise.all([
        import('./llm/routes.js'),
        import('./llm/service.js'),
        import('../core/secrets/create-sealer.js'),
      ]);
      const models = keyedModels(withLanguageModels(readPluginPlan(config, env), env));
      const services = { store, trail, sealer: createSealer(await keys()), models, log, now: Date.now };
      return {
        routes: createLlmKeyRoutes(services),
        keyOf: (provider, workspace) => readLlmKey(services, provider, workspace),
      };
    },
    openAudit: async (store) => {
      const { auditFiles, openAudit } = await import('./audit/open-audit.js');
      const files = auditFiles(settings.home, settings.auditKeyFile);
      return openAudit(store, { files, log, redact });
    },
    openIdentity: async (store, trail) => {
      const { openIdentity } = await import('./identity/open-identity.js');
      const { adminEmail: email, adminPassword: password, production, auth } = settings;
      const encryptionKeys = await keys();
      return openIdentity(store, {
        auth,
        operator: { email, password, production },
        encryptionKeys,
        trail,
        oidc: settings.oidc,
        registration: settings.registration,
        namedByPolicies: async () =>
          (await import('./policies/named-users.js')).namedUsers(store, all ?? (await project.openModels(store))),
      });
    },
    openConnections: async (store, trail) => {
      const [{ openConnections }, { createSealer }] = await Promise.all([
        import('./connections/open-connections.js'),
        import('../core/secrets/create-sealer.js'),
      ]);
      const { privateAddresses: permitted, connectionFiles: files } = settings;
      return openConnections(store, { sealer: createSealer(await keys()), trail, log, permitted, files });
    },
  };
  return project;
};
