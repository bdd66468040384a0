import type { Connector, ConnectorCapabilities, NamePlace, PluginModule } from 'datamind/contract';
import { createWireConnector, type WireServer } from '../postgres/connector.js';
import type { Session } from '../postgres/session.js';
import type { PostgresConfig, PostgresSettings } from '../postgres/settings.js';
import { introspectRedshift } from './introspect.js';
import { checkPrivileges } from './privileges.js';
import { readSettings, redshiftSetup } from './settings.js';
import { createTypes, describeTypes } from './types.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: false,
  comments: true,
  tls: true,
  missingTypes: ['uuid', 'array'],
};

/** The first schema in which names without one are looked for: the setup has put it there. */
const findPlace = (_: Session, { searchPath }: PostgresSettings): Promise<NamePlace | null> =>
  Promise.resolve(searchPath[0] === undefined ? null : { catalog: null, schema: searchPath[0] });

const server: WireServer = {
  dialect: 'redshift',
  capabilities,
  readSettings,
  sessionSetup: redshiftSetup,
  createTypes,
  describeTypes,
  findPlace,
  checkPrivileges,
  introspect: introspectRedshift,
};

const redshift: PluginModule<Connector, PostgresConfig> = {
  create: (config, host) => createWireConnector(config, host, server),
};
export default redshift;
