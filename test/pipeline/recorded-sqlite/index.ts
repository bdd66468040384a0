/** The connector of SQLite; tests see what it is asked to run, and may have it fail. */
import type { Connector, PluginHost, PluginModule } from 'datamind/contract';
import sqlite from '../../../plugins/connectors/sqlite/index.js';
import type { SqliteSettings } from '../../../plugins/connectors/sqlite/settings.js';
import { recording } from '../recording.js';

const create = (settings: SqliteSettings, host: PluginHost): Connector => {
  const connector = sqlite.create(settings, host);
  return {
    ...connector,
    query: async (statement, options, signal) => {
      recording.push({ connection: host.name, text: statement.text });
      return connector.query(statement, options, signal);
    },
  };
};

export default { create } satisfies PluginModule<Connector, SqliteSettings>;
