import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { PluginError } from 'datamind/contract';

export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** As `plugin.json` describes it. */
export interface PostgresConfig {
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
  readonly lockTimeoutMs?: number;
  readonly searchPath?: readonly string[];
  readonly applicationName?: string;
  readonly allowPrivilegedUser?: boolean;
}

export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
}

export interface PostgresSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: TlsSettings | false;
  readonly connectTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly searchPath: readonly string[];
  readonly applicationName: string;
  readonly allowPrivilegedUser: boolean;
}

const invalid = (message: string): PluginError => new PluginError('CONFIG_INVALID', message);

const local: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const isTlsMode = (mode: string): mode is TlsMode => (tlsModes as readonly string[]).includes(mode);

/** `postgres://user:password@host:port/database?sslmode=verify-full`, in the parts of the configuration. */
function readUrl(text: string): PostgresConfig {
  if (!URL.canParse(text)) throw invalid('`url` of the PostgreSQL connection is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw invalid('`url` of the PostgreSQL connection must begin with postgres:// or postgresql://.');
  }
  const mode = url.searchParams.get('sslmode');
  url.searchParams.delete('sslmode');
  if (url.searchParams.size > 0) {
    throw invalid(
      '`url` of the PostgreSQL connection may have the parameter sslmode only; the rest has settings of its own.',
    );
  }
  if (mode !== null && !isTlsMode(mode)) {
    throw invalid(`sslmode in \`url\` of the PostgreSQL connection must be one of ${tlsModes.join(', ')}.`);
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
    throw new PluginError('CONFIG_INVALID', '`url` of the PostgreSQL connection has a broken % escape.', { cause });
  }
}

function readTls(config: PostgresConfig['tls'], host: string): TlsSettings | false {
  const mode = config?.mode ?? (local.has(host) || host.startsWith('/') ? 'disable' : 'verify-full');
  if (mode === 'disable') return false;
  return {
    ca: config?.ca,
    cert: config?.cert,
    key: config?.key,
    rejectUnauthorized: mode !== 'require',
    checkServerIdentity: (_, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  };
}

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export function readSettings(config: PostgresConfig): PostgresSettings {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const fromUrl = config.url === undefined ? {} : readUrl(config.url);
  const merged: PostgresConfig = { ...fromUrl, ...given, tls: { ...fromUrl.tls, ...config.tls } };
  const { host = 'localhost', database, user } = merged;
  if (database === undefined || user === undefined) {
    throw invalid('A PostgreSQL connection needs `database` and `user`, apart or inside `url`.');
  }
  return {
    host,
    port: merged.port ?? 5432,
    database,
    user,
    password: merged.password ?? '',
    tls: readTls(merged.tls, host),
    connectTimeoutMs: merged.connectTimeoutMs ?? 10_000,
    lockTimeoutMs: merged.lockTimeoutMs ?? 10_000,
    searchPath: merged.searchPath ?? ['public'],
    applicationName: merged.applicationName ?? 'datamind',
    allowPrivilegedUser: merged.allowPrivilegedUser ?? false,
  };
}
