import { PluginError } from 'datamind/contract';

export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** As `plugin.json` describes it. */
export interface MysqlConfig {
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: {
    readonly mode?: TlsMode;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  };
  readonly pool?: {
    readonly min?: number;
    readonly max?: number;
    readonly acquireTimeoutMs?: number;
    readonly maxAgeSeconds?: number;
    readonly idleSeconds?: number;
  };
  readonly connectTimeoutMs?: number;
  readonly lockTimeoutSeconds?: number;
  readonly applicationName?: string;
  readonly tinyintIsBoolean?: boolean;
  readonly allowPrivilegedUser?: boolean;
}

export interface TlsSettings {
  readonly mode: Exclude<TlsMode, 'disable'>;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface MysqlSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: TlsSettings | false;
  readonly connectTimeoutMs: number;
  readonly lockTimeoutSeconds: number;
  readonly applicationName: string;
  readonly tinyintIsBoolean: boolean;
  readonly allowPrivilegedUser: boolean;
}

const invalid = (message: string): PluginError => new PluginError('CONFIG_INVALID', message);

const local: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const isTlsMode = (mode: string): mode is TlsMode => (tlsModes as readonly string[]).includes(mode);

/** `mysql://user:password@host:port/database?sslmode=verify-full`, in the parts of the configuration. */
function readUrl(text: string): MysqlConfig {
  if (!URL.canParse(text)) throw invalid('`url` of the MySQL connection is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw invalid('`url` of the MySQL connection must begin with mysql:// or mariadb://.');
  }
  const mode = url.searchParams.get('sslmode');
  url.searchParams.delete('sslmode');
  if (url.searchParams.size > 0) {
    throw invalid(
      '`url` of the MySQL connection may have the parameter sslmode only; the rest has settings of its own.',
    );
  }
  if (mode !== null && !isTlsMode(mode)) {
    throw invalid(`sslmode in \`url\` of the MySQL connection must be one of ${tlsModes.join(', ')}.`);
  }
  try {
    return {
      host: url.hostname.replace(/^\[|\]$/g, '') || undefined,
      port: url.port === '' ? undefined : Number(url.port),
      database: decodeURIComponent(url.pathname.slice(1)) || undefined,
      user: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      tls: mode === null ? undefined : { mode },
    };
  } catch (cause) {
    throw new PluginError('CONFIG_INVALID', '`url` of the MySQL connection has a broken % escape.', { cause });
  }
}

function readTls(config: MysqlConfig['tls'], host: string): TlsSettings | false {
  const mode = config?.mode ?? (local.has(host) || host.startsWith('/') ? 'disable' : 'verify-full');
  return mode === 'disable' ? false : { mode, ca: config?.ca, cert: config?.cert, key: config?.key };
}

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export function readSettings(config: MysqlConfig): MysqlSettings {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const fromUrl = config.url === undefined ? {} : readUrl(config.url);
  const merged: MysqlConfig = { ...fromUrl, ...given, tls: { ...fromUrl.tls, ...config.tls } };
  const { host = 'localhost', database, user } = merged;
  if (database === undefined || user === undefined) {
    throw invalid('A MySQL connection needs `database` and `user`, apart or inside `url`.');
  }
  return {
    host,
    port: merged.port ?? 3306,
    database,
    user,
    password: merged.password ?? '',
    tls: readTls(merged.tls, host),
    connectTimeoutMs: merged.connectTimeoutMs ?? 10_000,
    lockTimeoutSeconds: merged.lockTimeoutSeconds ?? 10,
    applicationName: merged.applicationName ?? 'datamind',
    tinyintIsBoolean: merged.tinyintIsBoolean ?? true,
    allowPrivilegedUser: merged.allowPrivilegedUser ?? false,
  };
}
