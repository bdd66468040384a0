import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { logLevels, type LogLevel } from '../../core/logging/create-logger.js';
import { parseEncryptionKeys } from '../../core/secrets/encryption-keys.js';
import type { PermittedAddresses } from '../connections/address-guard.js';
import type { Role } from '../identity/access.js';
import type { RateLimitSettings } from '../api/rate-limits.js';
import type { AuthMode } from '../identity/gate.js';
import { isLoopback } from '../identity/loopback.js';
import type { Registration } from '../identity/register.js';
import type { TracingSettings } from '../operations/tracing.js';
import type { OidcSettings } from '../identity/oidc-client.js';
import type { StorePlace } from '../store/engine.js';
import { openEnvironment } from './open-environment.js';
import type { Setting } from './setting.js';
import { tracingOf, tracingVariables } from './tracing-variables.js';

/** What the environment sets. Paths are absolute. */
export interface Settings {
  readonly home: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  readonly queryTimeoutMs: number;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly cacheTtlSeconds: number;
  readonly cacheBytes: number;
  readonly store: StorePlace;
  /** What processes share besides the store; `null` for one that is alone. */
  readonly redisUrl: string | null;
  /** Entries of the audit are deleted after so many days; 0: never. */
  readonly auditDays: number;
  /** Usage and histories of statements are deleted after so many days. */
  readonly usageDays: number;
  /** How long a process that is not heard of keeps its jobs, in milliseconds. */
  readonly leaseMs: number;
  /** File of the key that signs the audit, when it is not the one in the home folder. */
  readonly auditKeyFile: string | null;
  readonly production: boolean;
  /** Whether callers show tokens; `null`: once there are accounts. */
  readonly auth: AuthMode | null;
  /** The first account. */
  readonly adminEmail: string | null;
  readonly adminPassword: string | null;
  /** Networks of proxies whose word for where a request comes from is taken. */
  readonly trustedProxies: readonly string[];
  /** Who may make an account without an admin. */
  readonly registration: Registration;
  /** The OpenID provider that people may log in with; none when absent. */
  readonly oidc: OidcSettings | null;
  /** Origins of pages that may read answers. */
  readonly origins: readonly string[];
  readonly rateLimits: RateLimitSettings;
  /** Where traces are sent; nowhere when `null`. */
  readonly tracing: TracingSettings | null;
  /** What seals secrets in the store, the key in use first; `null`: those of the file. */
  readonly encryptionKeys: readonly Buffer[] | null;
  /** The file of encryption keys, read while the server runs. */
  readonly encryptionKeyFile: string;
  /** Addresses that are not public, and that connections of users may lead to all the same. */
  readonly privateAddresses: PermittedAddresses;
  /** Under it each workspace has a folder of files that connections of users may lead to; `null`: none. */
  readonly connectionFiles: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const megabyte = 1024 * 1024;

const whole = (fallback: number, least: number, most: number, factor = 1): Setting<number> => ({
  fallback: fallback * factor,
  read: (text) =>
    /^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? { value: Number(text) * factor }
      : { must: `must be a whole number from ${least} to ${most}` },
});

/** Over TLS, unless it is on this machine. */
const secureUrl: Setting<string | null> = {
  fallback: null,
  read: (value) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    return safe ? { value } : { must: 'must be a URL that begins with https://' };
  },
};

/** A text as it is. The sentences about it never quote it: it may be a secret. */
const text: Setting<string | null> = { fallback: null, read: (value) => ({ value }) };

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

const isNetwork = (text: string): boolean => {
  const [address = '', bits = '0', more] = text.split('/');
  return (
    isIP(address) !== 0 &&
    more === undefined &&
    /^\d{1,3}$/.test(bits) &&
    Number(bits) <= (isIP(address) === 6 ? 128 : 32)
  );
};

const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Every environment variable of the server; `src/CONTEXT.md` lists them. */
const variables = {
  DATAMIND_HOME: { fallback: '.datamind', read: (text: string) => ({ value: text }) } as Setting<string>,
  PORT: whole(8000, 0, 65_535),
  HOST: {
    fallback: '127.0.0.1',
    read: (text: string) =>
      isIP(bare(text)) !== 0 || /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/.test(text)
        ? { value: bare(text) }
        : { must: 'must be a name or an address of this machine: 127.0.0.1, or 0.0.0.0 for all of its addresses' },
  } as Setting<string>,
  DATAMIND_LOG_LEVEL: {
    fallback: 'info',
    read: (text: string) =>
      (logLevels as readonly string[]).includes(text)
        ? { value: text as LogLevel }
        : { must: `must be one of ${logLevels.join(', ')}` },
  } as Setting<LogLevel>,
  DATAMIND_QUERY_TIMEOUT_SECONDS: whole(60, 1, 86_400, 1000),
  DATAMIND_MAX_ROWS: whole(10_000, 1, 1_000_000),
  DATAMIND_MAX_ANSWER_MB: whole(64, 1, 1_024, megabyte),
  DATAMIND_CACHE_SECONDS: whole(60, 0, 86_400),
  DATAMIND_CACHE_MB: whole(64, 0, 16_384, megabyte),
  DATABASE_URL: {
    fallback: null,
    read: (value) =>
      /^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value)
        ? { value }
        : { must: 'must be a URL of PostgreSQL: postgresql://user:password@host:5432/database' },
  } as Setting<string | null>,
  REDIS_URL: {
    fallback: null,
    read: (value) =>
      /^rediss?:\/\//.test(value) && URL.canParse(value)
        ? { value }
        : { must: 'must be a URL of Redis: redis://:password@host:6379/0, or rediss:// for TLS' },
  } as Setting<string | null>,
  DB_HOST: text,
  DB_PORT: whole(5432, 1, 65_535),
  DB_NAME: text,
  DB_USER: text,
  DB_PASSWORD: text,
  DATAMIND_AUDIT_DAYS: whole(0, 0, 36_500),
  DATAMIND_USAGE_DAYS: whole(90, 1, 36_500),
  DATAMIND_LEASE_SECONDS: whole(30, 2, 3_600, 1000),
  DATAMIND_AUDIT_KEY_FILE: text,
  NODE_ENV: text,
  DATAMIND_AUTH: {
    fallback: null,
    read: (value) =>
      value === 'required' || value === 'local' ? { value } : { must: 'must be "required" or "local", or not be set' },
  } as Setting<AuthMode | null>,
  DATAMIND_TRUSTED_PROXIES: {
    fallback: [],
    read: (value) => {
      const networks = value.split(',').map((part) => part.trim());
      return networks.every((network) => isNetwork(network))
        ? { value: networks }
        : { must: 'must be addresses or networks, separated by commas: 10.0.0.0/8, 127.0.0.1' };
    },
  } as Setting<readonly string[]>,
  DATAMIND_PRIVATE_ADDRESSES: {
    fallback: [],
    read: (value) => {
      if (value === 'allow') return { value };
      const networks = value.split(',').map((part) => part.trim());
      return networks.every((network) => isNetwork(network))
        ? { value: networks }
        : { must: 'must be "allow", or networks separated by commas: 10.1.0.0/16, 192.168.7.20' };
    },
  } as Setting<PermittedAddresses>,
  DATAMIND_CONNECTION_FILES: text,
  ENCRYPTION_KEY_FILE: text,
  DATAMIND_CORS_ORIGINS: {
    fallback: [],
    read: (value) => {
      const origins = value.split(',').map((part) => part.trim());
      return origins.every(isOrigin)
        ? { value: origins }
        : { must: 'must be origins as browsers send them, separated by commas: https://app.example.com' };
    },
  } as Setting<readonly string[]>,
  DATAMIND_RATE_LIMIT: whole(3_000, 0, 10_000_000),
  DATAMIND_RATE_LIMIT_ADDRESS: whole(30_000, 0, 100_000_000),
  DATAMIND_ADMIN_EMAIL: text,
  DATAMIND_ADMIN_PASSWORD: text,
  DATAMIND_REGISTRATION: {
    fallback: 'invite',
    read: (value) =>
      value === 'open' || value === 'invite' || value === 'off'
        ? { value }
        : { must: 'must be "open", "invite" or "off"' },
  } as Setting<Registration>,
  ...tracingVariables,
  OIDC_ISSUER: secureUrl,
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  OIDC_REDIRECT_URI: secureUrl,
  OIDC_SCOPES: { fallback: 'openid email profile', read: (value) => ({ value }) } as Setting<string>,
  OIDC_GROUPS_CLAIM: { fallback: 'groups', read: (value) => ({ value }) } as Setting<string>,
  OIDC_ROLE: {
    fallback: 'viewer',
    read: (value) =>
      value === 'none' || value === 'viewer' || value === 'analyst'
        ? { value: value === 'none' ? null : value }
        : { must: 'must be "viewer", "analyst" or "none": what somebody becomes who logs in for the first time' },
  } as Setting<Role | null>,
  ENCRYPTION_KEY: {
    fallback: null,
    read: (value) => {
      const keys = parseEncryptionKeys(value);
      if (keys !== null) return { value: keys };
      return { must: 'must be 32 random bytes; make them with: openssl rand -base64 32' };
    },
  } as Setting<readonly Buffer[] | null>,
};

const defaultPasswords = [
  'postgres',
  'password',
  'datamind',
  'admin',
  'root',
  'secret',
  'changeme',
  'test',
  '1234',
  '123456',
];

const isDefaultPassword = (url: string): boolean => {
  const { username, password } = new URL(url);
  const secret = decodeURIComponent(password).toLowerCase();
  return defaultPasswords.includes(secret) || (secret !== '' && secret === decodeURIComponent(username).toLowerCase());
};

/** All that is needed of the OpenID provider, or nothing. */
const oidcOf = (
  read: <T>(name: keyof typeof variables, setting: Setting<T>) => T,
  problems: string[],
): OidcSettings | null => {
  const issuer = read('OIDC_ISSUER', variables.OIDC_ISSUER);
  const clientId = read('OIDC_CLIENT_ID', variables.OIDC_CLIENT_ID);
  const redirectUri = read('OIDC_REDIRECT_URI', variables.OIDC_REDIRECT_URI);
  if (issuer === null) return null;
  if (clientId === null || redirectUri === null) {
    problems.push('OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_REDIRECT_URI (https://…/api/v1/auth/oidc/callback) too.');
    return null;
  }
  return {
    issuer,
    clientId,
    redirectUri,
    clientSecret: read('OIDC_CLIENT_SECRET', variables.OIDC_CLIENT_SECRET),
    scopes: read('OIDC_SCOPES', variables.OIDC_SCOPES),
    groupsClaim: read('OIDC_GROUPS_CLAIM', variables.OIDC_GROUPS_CLAIM),
    role: read('OIDC_ROLE', variables.OIDC_ROLE),
  };
};

/** Who is asked for a token, from the environment alone. Without a token nobody but this machine is ever served. */
const authOf = (chosen: AuthMode | null, exposed: string | null, configured: boolean): AuthMode | null => {
  if (chosen !== null) return chosen;
  return exposed !== null || configured ? 'required' : null;
};

/** `DATABASE_URL`, or what `DB_HOST` and its like make of one; `null` for neither. */
const databaseUrl = (read: <T>(name: keyof typeof variables, setting: Setting<T>) => T): string | null => {
  const url = read('DATABASE_URL', variables.DATABASE_URL);
  const host = read('DB_HOST', variables.DB_HOST);
  if (url !== null || host === null) return url;
  const part = (name: 'DB_NAME' | 'DB_USER' | 'DB_PASSWORD'): string =>
    encodeURIComponent(read(name, variables[name]) ?? '');
  const port = read('DB_PORT', variables.DB_PORT);
  const login = `${part('DB_USER') || 'datamind'}:${part('DB_PASSWORD')}`;
  return `postgresql://${login}@${host.includes(':') ? `[${host}]` : host}:${port}/${part('DB_NAME') || 'datamind'}`;
};

/**
 * Reads the environment. An empty variable is one that is not set.
 * @throws DataMindError `CONFIG_INVALID` that names every variable that is wrong
 */
export const readSettings = (given: Environment): Settings => {
  const env = openEnvironment(given);
  const problems: string[] = [];
  const read = <T>(name: keyof typeof variables, { fallback, read: parse }: Setting<T>): T => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const parsed = parse(text.trim());
    if ('value' in parsed) return parsed.value;
    problems.push(`${name} ${parsed.must}.`);
    return fallback;
  };
  const home = resolve(read('DATAMIND_HOME', variables.DATAMIND_HOME));
  const url = databaseUrl(read);
  const files = read('DATAMIND_CONNECTION_FILES', variables.DATAMIND_CONNECTION_FILES);
  const auditKeyFile = read('DATAMIND_AUDIT_KEY_FILE', variables.DATAMIND_AUDIT_KEY_FILE);
  const port = read('PORT', variables.PORT);
  const host = read('HOST', variables.HOST);
  const production = read('NODE_ENV', variables.NODE_ENV) === 'production';
  const adminEmail = read('DATAMIND_ADMIN_EMAIL', variables.DATAMIND_ADMIN_EMAIL);
  const adminPassword = read('DATAMIND_ADMIN_PASSWORD', variables.DATAMIND_ADMIN_PASSWORD);
  const exposed = production
    ? 'NODE_ENV is production'
    : isLoopback(host)
      ? null
      : 'HOST is an address that other machines reach';
  const chosen = read('DATAMIND_AUTH', variables.DATAMIND_AUTH);
  if (chosen === 'local' && exposed !== null) {
    problems.push(`DATAMIND_AUTH must be "required", because ${exposed}: "local" serves whoever asks as an admin.`);
  }
  if (production && url !== null && isDefaultPassword(url)) {
    problems.push('DATABASE_URL has a password that everybody tries first; give the database user one of its own.');
  }
  const settings: Settings = {
    home,
    port,
    host,
    logLevel: read('DATAMIND_LOG_LEVEL', variables.DATAMIND_LOG_LEVEL),
    queryTimeoutMs: read('DATAMIND_QUERY_TIMEOUT_SECONDS', variables.DATAMIND_QUERY_TIMEOUT_SECONDS),
    maxRows: read('DATAMIND_MAX_ROWS', variables.DATAMIND_MAX_ROWS),
    maxBytes: read('DATAMIND_MAX_ANSWER_MB', variables.DATAMIND_MAX_ANSWER_MB),
    cacheTtlSeconds: read('DATAMIND_CACHE_SECONDS', variables.DATAMIND_CACHE_SECONDS),
    cacheBytes: read('DATAMIND_CACHE_MB', variables.DATAMIND_CACHE_MB),
    store: url === null ? { engine: 'sqlite', file: join(home, 'datamind.db') } : { engine: 'postgres', url },
    redisUrl: read('REDIS_URL', variables.REDIS_URL),
    auditDays: read('DATAMIND_AUDIT_DAYS', variables.DATAMIND_AUDIT_DAYS),
    usageDays: read('DATAMIND_USAGE_DAYS', variables.DATAMIND_USAGE_DAYS),
    leaseMs: read('DATAMIND_LEASE_SECONDS', variables.DATAMIND_LEASE_SECONDS),
    auditKeyFile: auditKeyFile === null ? null : resolve(auditKeyFile),
    production,
    auth: authOf(chosen, exposed, adminEmail !== null || adminPassword !== null),
    trustedProxies: read('DATAMIND_TRUSTED_PROXIES', variables.DATAMIND_TRUSTED_PROXIES),
    registration: read('DATAMIND_REGISTRATION', variables.DATAMIND_REGISTRATION),
    oidc: oidcOf(read, problems),
    tracing: tracingOf(read),
    origins: read('DATAMIND_CORS_ORIGINS', variables.DATAMIND_CORS_ORIGINS),
    rateLimits: {
      perCaller: read('DATAMIND_RATE_LIMIT', variables.DATAMIND_RATE_LIMIT),
      perAddress: read('DATAMIND_RATE_LIMIT_ADDRESS', variables.DATAMIND_RATE_LIMIT_ADDRESS),
    },
    adminEmail,
    adminPassword,
    encryptionKeys: read('ENCRYPTION_KEY', variables.ENCRYPTION_KEY),
    encryptionKeyFile: resolve(
      read('ENCRYPTION_KEY_FILE', variables.ENCRYPTION_KEY_FILE) ?? join(home, 'encryption-key'),
    ),
    privateAddresses: read('DATAMIND_PRIVATE_ADDRESSES', variables.DATAMIND_PRIVATE_ADDRESSES),
    connectionFiles: files === null ? null : resolve(files),
  };
  if (problems.length > 0) throw new DataMindError('CONFIG_INVALID', problems.join('\n'));
  return settings;
};
