import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Connector } from '../../core/plugin/contract.js';
import type { PluginStatus } from '../../core/plugin/startup-report.js';

export interface Connections {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly defaultConnection: string | null;
  statuses(): readonly PluginStatus[];
}

/** @param names those that there are for whoever asks */
export const unknownConnection = (name: string, names: readonly string[]): DataMindError => {
  const meant = didYouMean(name, names);
  return new DataMindError('CONNECTION_UNKNOWN', `There is no connection named "${name}".`, {
    suggestions: meant === undefined ? names : [meant],
    at: 'connection',
  });
};

/** @throws DataMindError when it is down, or there is none of that name */
export const findConnector = ({ connectors, statuses }: Connections, name: string): Connector => {
  const connector = connectors.get(name);
  if (connector !== undefined) return connector;
  const status = statuses().find((plugin) => plugin.name === name && plugin.kind === 'connector');
  if (status !== undefined) {
    const { code = 'UNAVAILABLE', message = 'it is not running' } = status.failure ?? {};
    throw new DataMindError(code, `The connection "${name}" is down: ${message}`);
  }
  throw unknownConnection(name, [...connectors.keys()]);
};

/** The connection that a model's entities live on. @param own the one that it names, `null` when it names none */
export const homeOf = ({ defaultConnection }: Connections, own: string | null): string => {
  const name = own ?? defaultConnection;
  if (name !== null) return name;
  throw new DataMindError('CONNECTION_UNKNOWN', 'Neither the model nor the configuration names a connection.', {
    hint: 'Set project.connection in the model, or connections.default in plugins.config.json.',
  });
};
