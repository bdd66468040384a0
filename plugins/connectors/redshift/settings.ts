import { readConnection } from 'datamind/connector-kit';
import type { SessionSetup } from '../postgres/session.js';
import type { PostgresConfig, PostgresSettings } from '../postgres/settings.js';

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export const readSettings = (config: PostgresConfig): PostgresSettings => ({
  ...readConnection(config, {
    product: 'Redshift',
    schemes: { redshift: null, postgres: null, postgresql: null },
    port: { plain: 5439, tls: 5439 },
  }),
  lockTimeoutMs: 0,
  searchPath: config.searchPath ?? ['public'],
});

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * What a session is fixed to. The start-up message of Redshift takes no settings, and there is no `DISCARD ALL`; each
 * statement runs in a read-only transaction of its own, so there is nothing else that one could leave behind.
 */
export const redshiftSetup = ({ searchPath }: PostgresSettings): SessionSetup => ({
  first: [
    `SET search_path TO ${searchPath.map(quoted).join(', ')}`,
    "SET timezone TO 'UTC'",
    "SET datestyle TO 'ISO, YMD'",
    'SET extra_float_digits TO 2',
  ].join('; '),
  reset: 'RESET ALL',
});
