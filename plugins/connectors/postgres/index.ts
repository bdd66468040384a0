import type { Connector, ConnectorCapabilities, NamePlace, PluginModule } from 'datamind/contract';
import { createWireConnector, type WireServer } from './connector.js';
import { introspectPostgres } from './introspect.js';
import { readOwnFunctions } from './own-functions.js';
import { readRelations } from './relations.js';
import { checkPrivileges } from './privileges.js';
import { postgresSetup, type Session } from './session.js';
import { type PostgresConfig, readSettings } from './settings.js';
import { createTypeRegistry, type TypeRow, typeQuery } from './types.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: true,
  comments: true,
  tls: true,
  missingTypes: [],
};

/**
 * The first schema in which names without one are looked for, behind the `pg_catalog` that the session puts first and where no
 * table of a model is. A table that lies in a later one is not found by SQL text, rather than another one being read.
 */
async function findPlace(session: Session): Promise<NamePlace | null> {
  const [row] = await session.query<{ schemas: readonly string[] }>('SELECT current_schemas(false)::text[] AS schemas');
  const schema = row?.schemas.find((name) => name !== 'pg_catalog');
  return schema === undefined ? null : { catalog: null, schema };
}

const server: WireServer = {
  dialect: 'postgres',
  capabilities,
  readSettings,
  sessionSetup: postgresSetup,
  createTypes: createTypeRegistry,
  describeTypes: (session, oids) => session.query<TypeRow & Record<string, unknown>>(typeQuery, [oids]),
  findPlace,
  checkPrivileges,
  introspect: introspectPostgres,
  relations: readRelations,
  ownFunctions: readOwnFunctions,
};

const postgres: PluginModule<Connector, PostgresConfig> = {
  create: (config, host) => createWireConnector(config, host, server),
};
export default postgres;
