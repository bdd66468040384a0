import { type ConnectionConfig, type ConnectionSettings, readConnection } from 'datamind/connector-kit';

/** As `plugin.json` describes it. */
export interface MysqlConfig extends ConnectionConfig {
  readonly lockTimeoutSeconds?: number;
  readonly tinyintIsBoolean?: boolean;
}

export interface MysqlSettings extends ConnectionSettings {
  readonly lockTimeoutSeconds: number;
  readonly tinyintIsBoolean: boolean;
}

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export const readSettings = (config: MysqlConfig): MysqlSettings => ({
  ...readConnection(config, {
    product: 'MySQL',
    schemes: { mysql: null, mariadb: null },
    port: { plain: 3306, tls: 3306 },
  }),
  lockTimeoutSeconds: config.lockTimeoutSeconds ?? 10,
  tinyintIsBoolean: config.tinyintIsBoolean ?? true,
});
