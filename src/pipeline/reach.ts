/**
 * Which connections a subject can reach: those of the configuration, where they are its workspace's, and those of the store that it
 * was given. Everything else is not there, in the same words as what never was.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Connector } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { type LineageSource, relationsIn } from '../../semantic/policy/lineage.js';
import { type Connections, findConnector, homeOf, unknownConnection } from './find-connector.js';
import { type MadeConnections, placeOf } from './made-connections.js';
import type { MadeConnectors } from './made-connectors.js';
import type { DatabaseOf } from './read-lineages.js';

/** A connection that is up, as one subject reaches it. */
export interface Reached {
  readonly name: string;
  /** Tells it from every other connection, and from itself before a change: what caches and approvals are kept under. */
  readonly identity: string;
  /** The same through all changes of its settings: what budgets are counted under. */
  readonly place: string;
  /** `null` for one of the configuration. */
  readonly id: string | null;
  readonly connector: Connector;
  /** Keeps it from being stopped until the returned function is called. */
  use(): () => void;
}

export interface Reach {
  readonly defaultConnection: string | null;
  /** @throws DataMindError `CONNECTION_UNKNOWN`, or why it is down */
  find(name: string): Promise<Reached>;
  /** Where to plan for before it is known which entities are read; planning again is cheap where it turns out wrong. */
  likelyHome(model: Model): Promise<string>;
  /** The connection that a model's entities live on. @param own the one that it names, `null` when it names none */
  homeOf(own: string | null): string;
}

export type ReachOf = (subject: Subject) => Reach;

/** Connections of the store, and their connectors. */
export interface Made {
  readonly connections: MadeConnections;
  readonly connectors: Pick<MadeConnectors, 'obtain'>;
}

interface Parts {
  readonly configured: Connections;
  /** Whether the connections of the configuration are a workspace's; every workspace's when absent. */
  readonly isConfigured?: (workspace: string) => boolean;
  /** None when absent. */
  readonly made?: Made | null;
}

const nothing = (): void => undefined;
const useNothing = () => nothing;
const none: Connections = { connectors: new Map(), defaultConnection: null, statuses: () => [] };

const firstNamed = ({ project, entities }: Model): string | null =>
  project.connection ?? Object.values(entities).find(({ connection }) => connection !== null)?.connection ?? null;

export const createReach = ({ configured, isConfigured = () => true, made = null }: Parts): ReachOf => {
  return (subject) => {
    const own = isConfigured(subject.workspace) ? configured : none;
    const { defaultConnection } = own;
    const isOwn = (name: string): boolean =>
      own.connectors.has(name) || own.statuses().some((plugin) => plugin.name === name && plugin.kind === 'connector');
    return {
      defaultConnection,
      find: async (name) => {
        if (made === null || isOwn(name)) {
          const connector = findConnector(own, name);
          return { name, identity: name, place: name, id: null, connector, use: useNothing };
        }
        const found = await made.connections.find(subject, name);
        if (found === null) {
          const names = [...own.connectors.keys(), ...(await made.connections.list(subject)).map((one) => one.name)];
          throw unknownConnection(name, names);
        }
        const { id, revision } = found;
        const held = await made.connectors.obtain(found).catch((error: unknown) => {
          if (!(error instanceof DataMindError) || error.code === 'CONFLICT') throw error;
          const { code, message, details } = error;
          throw new DataMindError(code, `The connection "${name}" is down: ${message}`, details);
        });
        return { name, identity: `connection:${id}@${revision}`, place: placeOf(id), id, ...held };
      },
      likelyHome: async (model) => {
        const name =
          model.project.connection ?? defaultConnection ?? firstNamed(model) ?? own.connectors.keys().next().value;
        if (name !== undefined && name !== null) return name;
        const [first] = (await made?.connections.list(subject)) ?? [];
        if (first !== undefined) return first.name;
        throw new DataMindError('CONNECTION_UNKNOWN', 'There is no connection that is up.', {
          hint: 'Name one in plugins.config.json, or make one: POST /api/v1/connections.',
        });
      },
      homeOf: (name) => homeOf(own, name),
    };
  };
};

/** What the views of a connection read is asked of it in the name of whoever reaches it; of one that is down nothing is known. */
export const databasesOf =
  ({ find }: Reach): DatabaseOf =>
  async (name) => {
    try {
      const { connector, identity, place } = await find(name);
      const ask = async (signal: AbortSignal): Promise<LineageSource> => {
        const { dialect, place: names = null } = connector;
        const relations = (await connector.relations?.(signal)) ?? relationsIn(await connector.introspect({}, signal));
        return { dialect, place: names, relations, ownFunctions: (await connector.ownFunctions?.(signal)) ?? [] };
      };
      return { identity, place, ask };
    } catch (error) {
      if (error instanceof DataMindError) return null;
      throw error;
    }
  };
