import { PluginError } from 'datamind/contract';

/** As `plugin.json` describes it. */
export interface SnowflakeConfig {
  readonly account: string;
  readonly endpoint?: string;
  readonly user: string;
  readonly privateKey?: string;
  readonly privateKeyPassphrase?: string;
  readonly token?: string;
  readonly password?: string;
  readonly role: string;
  readonly warehouse: string;
  readonly database: string;
  readonly schema?: string;
  readonly pool?: {
    readonly min?: number;
    readonly max?: number;
    readonly acquireTimeoutMs?: number;
    readonly maxAgeSeconds?: number;
    readonly idleSeconds?: number;
  };
  readonly connectTimeoutMs?: number;
  readonly allowPrivilegedUser?: boolean;
}

/** What the driver is told of who connects. @throws PluginError `CONFIG_INVALID` without exactly one way */
export const credentialsOf = ({
  privateKey,
  privateKeyPassphrase,
  token,
  password,
}: SnowflakeConfig): Readonly<Record<string, string | undefined>> => {
  if ([privateKey, token, password].filter((secret) => secret !== undefined).length !== 1) {
    throw new PluginError(
      'CONFIG_INVALID',
      'The Snowflake connection needs exactly one of `privateKey`, `token` and `password`.',
    );
  }
  if (privateKey !== undefined) {
    const pass = privateKeyPassphrase === undefined ? {} : { privateKeyPass: privateKeyPassphrase };
    return { authenticator: 'SNOWFLAKE_JWT', privateKey, ...pass };
  }
  return token === undefined ? { password: password! } : { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token };
};
