import { type ConnectionConfig, type ConnectionSettings, readConnection } from 'datamind/connector-kit';

/** As `plugin.json` describes it. */
export interface SqlServerConfig extends ConnectionConfig {
  readonly lockTimeoutMs?: number;
}

export interface SqlServerSettings extends ConnectionSettings {
  readonly lockTimeoutMs: number;
}

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export const readSettings = (config: SqlServerConfig): SqlServerSettings => ({
  ...readConnection(config, {
    product: 'SQL Server',
    schemes: { sqlserver: null, mssql: null },
    port: { plain: 1433, tls: 1433 },
  }),
  lockTimeoutMs: config.lockTimeoutMs ?? 10_000,
});
