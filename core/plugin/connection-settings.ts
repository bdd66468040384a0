import type { LookupFunction } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { PluginError } from './contract.js';

const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** The shared settings, as `schema/connection.schema.json` describes them. A connector takes those that it has. */
export interface ConnectionConfig {
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
  readonly applicationName?: string;
  readonly allowPrivilegedUser?: boolean;
}

export interface TlsSettings {
  readonly mode: Exclude<TlsMode, 'disable'>;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Without `maxAgeSeconds` or `idleSeconds` the pool's own. */
export interface PoolSettings {
  readonly min: number;
  readonly max: number;
  readonly acquireTimeoutMs: number;
  readonly maxAgeSeconds?: number;
  readonly idleSeconds?: number;
}

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Empty without one. */
  readonly password: string;
  /** False when nothing is encrypted. */
  readonly tls: TlsSettings | false;
  readonly pool: PoolSettings;
  readonly connectTimeoutMs: number;
  readonly applicationName: string;
  readonly allowPrivilegedUser: boolean;
  /** The host's, when the connector was given one: whatever opens a socket takes it. */
  readonly lookup?: LookupFunction;
}

/** What is particular to a server. */
export interface ServerKind {
  /** Its name in messages. */
  readonly product: string;
  /** The schemes of its URLs, without a colon. Each with the TLS mode that it stands for, or null where `?sslmode=` may say. */
  readonly schemes: Readonly<Record<string, TlsMode | null>>;
  /** The port unless said, with TLS and without. */
  readonly port: { readonly plain: number; readonly tls: number };
  /** Must be configured where there is none here. */
  readonly database?: string;
  readonly user?: string;
}

const local: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const isTlsMode = (mode: string): mode is TlsMode => (tlsModes as readonly string[]).includes(mode);

const invalid = (message: string, cause?: unknown): PluginError =>
  new PluginError('CONFIG_INVALID', message, { cause });

/** `scheme://user:password@host:port/database?sslmode=verify-full`, in the parts of the configuration. */
const readUrl = (text: string, { product, schemes }: ServerKind): ConnectionConfig => {
  const what = `\`url\` of the ${product} connection`;
  if (!URL.canParse(text)) throw invalid(`${what} is not a URL.`);
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (!Object.hasOwn(schemes, scheme)) {
    const known = Object.keys(schemes).map((name) => `${name}://`);
    throw invalid(`${what} must begin with ${known.join(' or ')}.`);
  }
  const implied = schemes[scheme]!;
  const said = implied === null ? url.searchParams.get('sslmode') : null;
  if (implied === null) url.searchParams.delete('sslmode');
  if (url.searchParams.size > 0 || url.hash !== '') {
    const allowed = implied === null ? 'may have the parameter sslmode only' : 'has no parameters';
    throw invalid(`${what} ${allowed}; the rest has settings of its own.`);
  }
  if (said !== null && !isTlsMode(said)) throw invalid(`sslmode in ${what} must be one of ${tlsModes.join(', ')}.`);
  const mode = implied ?? said;
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
    throw invalid(`${what} has a broken % escape.`, cause);
  }
};

const readTls = (config: ConnectionConfig['tls'], host: string, product: string): TlsSettings | false => {
  const mode = config?.mode ?? (local.has(host) || host.startsWith('/') ? 'disable' : 'verify-full');
  if (mode !== 'disable') return { ca: config?.ca, cert: config?.cert, key: config?.key, mode };
  if ((config?.ca ?? config?.cert ?? config?.key) === undefined) return false;
  throw invalid(`\`tls\` of the ${product} connection has certificates, but its \`mode\` is disable.`);
};

/**
 * The shared settings of a connection, with what `url` says in the place of what is not set beside it.
 * @throws PluginError `CONFIG_INVALID` for what a schema cannot see
 */
export const readConnection = (config: ConnectionConfig, kind: ServerKind): ConnectionSettings => {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const fromUrl = config.url === undefined ? {} : readUrl(config.url, kind);
  const merged: ConnectionConfig = { ...fromUrl, ...given, tls: { ...fromUrl.tls, ...config.tls } };
  const { host = 'localhost', database = kind.database, user = kind.user } = merged;
  if (database === undefined || user === undefined) {
    throw invalid(`The ${kind.product} connection needs \`database\` and \`user\`, apart or inside \`url\`.`);
  }
  const tls = readTls(merged.tls, host, kind.product);
  return {
    host,
    port: merged.port ?? (tls ? kind.port.tls : kind.port.plain),
    database,
    user,
    password: merged.password ?? '',
    tls,
    pool: readPool(config.pool),
    connectTimeoutMs: merged.connectTimeoutMs ?? 10_000,
    applicationName: merged.applicationName ?? 'datamind',
    allowPrivilegedUser: merged.allowPrivilegedUser ?? false,
  };
};

/** The pool's options; `min` never above `max`. Never throws, so that `create` may call it. */
export const readPool = (pool: ConnectionConfig['pool']): PoolSettings => {
  const { min = 1, max = 10, acquireTimeoutMs = 10_000, maxAgeSeconds, idleSeconds } = pool ?? {};
  return { min: Math.min(min, max), max, acquireTimeoutMs, maxAgeSeconds, idleSeconds };
};

/** Options of `node:tls` for a mode: `verify-full` compares the certificate with the host that was configured. */
export const tlsOptions = ({ mode, ca, cert, key }: TlsSettings, host: string) => ({
  ca,
  cert,
  key,
  rejectUnauthorized: mode !== 'require',
  checkServerIdentity: (_: string, certificate: PeerCertificate): Error | undefined =>
    mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
});
