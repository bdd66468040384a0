import { type ConnectionConfig, type ConnectionSettings, readConnection } from 'datamind/connector-kit';

/** As `plugin.json` describes it. */
export interface ClickHouseConfig extends ConnectionConfig {
  readonly compression?: boolean;
  readonly final?: boolean;
  readonly maxMemoryMb?: number;
}

export interface ClickHouseSettings extends ConnectionSettings {
  /** `http://host:port`, without credentials. */
  readonly origin: string;
  readonly compression: boolean;
  readonly final: boolean;
  readonly maxMemoryBytes: number | null;
}

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export const readSettings = (config: ClickHouseConfig): ClickHouseSettings => {
  const connection = readConnection(config, {
    product: 'ClickHouse',
    schemes: { http: 'disable', https: 'verify-full' },
    port: { plain: 8123, tls: 8443 },
    database: 'default',
    user: 'default',
  });
  const { host, port, tls } = connection;
  return {
    ...connection,
    origin: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    compression: config.compression ?? false,
    final: config.final ?? false,
    maxMemoryBytes: config.maxMemoryMb === undefined ? null : config.maxMemoryMb * 1_000_000,
  };
};
