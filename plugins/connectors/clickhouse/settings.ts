import { PluginError } from 'datamind/contract';

export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** As `plugin.json` describes it. */
export interface ClickHouseConfig {
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
  readonly compression?: boolean;
  readonly final?: boolean;
  readonly maxMemoryMb?: number;
  readonly pool?: { readonly max?: number; readonly acquireTimeoutMs?: number };
  readonly connectTimeoutMs?: number;
  readonly allowPrivilegedUser?: boolean;
}

export interface ClickHouseSettings {
  /** `http://host:port`, without credentials. */
  readonly origin: string;
  readonly host: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: { readonly mode: TlsMode; readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly compression: boolean;
  readonly final: boolean;
  readonly maxMemoryBytes: number | null;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly allowPrivilegedUser: boolean;
}

/** Statements that run side by side unless the configuration says. */
export const defaultPoolMax = 10;

const invalid = (message: string, cause?: unknown): PluginError =>
  new PluginError('CONFIG_INVALID', message, { cause });

const local: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const protocols: Readonly<Record<string, TlsMode>> = { 'http:': 'disable', 'https:': 'verify-full' };

/** `https://user:password@host:8443/database`, in the parts of the configuration. */
const readUrl = (text: string): ClickHouseConfig => {
  if (!URL.canParse(text)) throw invalid('`url` of the ClickHouse connection is not a URL.');
  const url = new URL(text);
  const mode = protocols[url.protocol];
  if (mode === undefined) throw invalid('`url` of the ClickHouse connection must begin with http:// or https://.');
  if (url.search !== '' || url.hash !== '') {
    throw invalid('`url` of the ClickHouse connection has no parameters; what they say has settings of its own.');
  }
  try {
    return {
      host: url.hostname.replace(/^\[|\]$/g, '') || undefined,
      port: url.port === '' ? undefined : Number(url.port),
      database: decodeURIComponent(url.pathname.slice(1)) || undefined,
      user: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      tls: { mode },
    };
  } catch (cause) {
    throw invalid('`url` of the ClickHouse connection has a broken % escape.', cause);
  }
};

/** @throws PluginError `CONFIG_INVALID` for what a schema cannot see. */
export const readSettings = (config: ClickHouseConfig): ClickHouseSettings => {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const fromUrl = config.url === undefined ? {} : readUrl(config.url);
  const merged: ClickHouseConfig = { ...fromUrl, ...given, tls: { ...fromUrl.tls, ...config.tls } };
  const host = merged.host ?? 'localhost';
  const mode = merged.tls?.mode ?? (local.has(host) ? 'disable' : 'verify-full');
  const isPlain = mode === 'disable';
  if (isPlain && (merged.tls?.ca ?? merged.tls?.cert ?? merged.tls?.key) !== undefined) {
    throw invalid('`tls` of the ClickHouse connection has certificates, but its `mode` is disable.');
  }
  const port = merged.port ?? (isPlain ? 8123 : 8443);
  return {
    origin: `${isPlain ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    database: merged.database ?? 'default',
    user: merged.user ?? 'default',
    password: merged.password ?? '',
    tls: { ...merged.tls, mode },
    compression: merged.compression ?? false,
    final: merged.final ?? false,
    maxMemoryBytes: merged.maxMemoryMb === undefined ? null : merged.maxMemoryMb * 1_000_000,
    poolMax: merged.pool?.max ?? defaultPoolMax,
    connectTimeoutMs: merged.connectTimeoutMs ?? 10_000,
    allowPrivilegedUser: merged.allowPrivilegedUser ?? false,
  };
};
