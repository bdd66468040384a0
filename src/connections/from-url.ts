/** The parts of a connection's URL. What is in it is a secret until it is taken apart, so no sentence quotes it. */
import { DataMindError } from '../../core/errors/datamind-error.js';

export interface UrlParts {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

type Mode = 'disable' | 'require' | 'verify-ca' | 'verify-full';
const modes: readonly Mode[] = ['disable', 'require', 'verify-ca', 'verify-full'];

interface Scheme {
  readonly type: string;
  /** The TLS that the scheme stands for; absent where `?sslmode=` may say. */
  readonly tls?: Mode;
}

const schemes: Readonly<Record<string, Scheme>> = {
  postgres: { type: 'postgres' },
  postgresql: { type: 'postgres' },
  redshift: { type: 'redshift' },
  mysql: { type: 'mysql' },
  mariadb: { type: 'mysql' },
  sqlserver: { type: 'sqlserver' },
  mssql: { type: 'sqlserver' },
  clickhouse: { type: 'clickhouse' },
  http: { type: 'clickhouse', tls: 'disable' },
  https: { type: 'clickhouse', tls: 'verify-full' },
  duckdb: { type: 'duckdb' },
  sqlite: { type: 'sqlite' },
};
const files: readonly string[] = ['duckdb', 'sqlite'];

const wrong = (message: string): DataMindError => new DataMindError('BAD_REQUEST', message, { at: '/url' });

/** The URL's own TLS mode. */
const modeOf = ({ tls }: Scheme, url: URL): Mode | undefined => {
  const said = url.searchParams.get('sslmode');
  const others = [...url.searchParams.keys()].filter((name) => name !== 'sslmode');
  if (others.length > 0 || url.hash !== '') {
    throw wrong('The URL may have the parameter sslmode only; everything else has settings of its own.');
  }
  if (said === null) return tls;
  if (tls !== undefined) throw wrong('The scheme of the URL says already whether there is TLS; leave sslmode out.');
  if (!(modes as readonly string[]).includes(said)) throw wrong(`sslmode must be one of ${modes.join(', ')}.`);
  return said as Mode;
};

/**
 * `scheme://user:password@host:port/database?sslmode=verify-full`, or `sqlite:///folder/file.db`, as type and settings.
 * @throws DataMindError `BAD_REQUEST`
 */
export const fromUrl = (text: string): UrlParts => {
  if (!URL.canParse(text)) throw wrong('This is no URL; write scheme://user:password@host:port/database.');
  const url = new URL(text);
  const name = url.protocol.slice(0, -1);
  const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  if (scheme === undefined) {
    const known = Object.keys(schemes);
    throw new DataMindError(
      'BAD_REQUEST',
      `URLs of that scheme are not supported; supported are ${known.join(', ')}.`,
      {
        suggestions: known,
        at: '/url',
      },
    );
  }
  const mode = modeOf(scheme, url);
  try {
    if (files.includes(scheme.type)) {
      if (url.host !== '' || mode !== undefined) throw wrong(`Write ${name}:///path/of/the/file.`);
      return { type: scheme.type, config: { path: decodeURIComponent(url.pathname.replace(/^\/+/, '')) } };
    }
    const parts = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? undefined : Number(url.port),
      database: decodeURIComponent(url.pathname.slice(1)),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      tls: mode === undefined ? undefined : { mode },
    };
    const said = Object.entries(parts).filter(([, value]) => value !== undefined && value !== '');
    return { type: scheme.type, config: Object.fromEntries(said) };
  } catch (error) {
    if (error instanceof DataMindError) throw error;
    throw wrong('The URL has a broken % escape.');
  }
};
