import { type ConnectionConfig, type ConnectionSettings, readConnection } from 'datamind/connector-kit';

/** As `plugin.json` describes it. */
export interface PostgresConfig extends ConnectionConfig {
  readonly lockTimeoutMs?: number;
  readonly searchPath?: readonly string[];
}

export interface PostgresSettings extends ConnectionSettings {
  readonly lockTimeoutMs: number;
  readonly searchPath: readonly string[];
}

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export const readSettings = (config: PostgresConfig): PostgresSettings => ({
  ...readConnection(config, {
    product: 'PostgreSQL',
    schemes: { postgres: null, postgresql: null },
    port: { plain: 5432, tls: 5432 },
  }),
  lockTimeoutMs: config.lockTimeoutMs ?? 10_000,
  searchPath: config.searchPath ?? ['public'],
});
