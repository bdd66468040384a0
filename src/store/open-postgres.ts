import type { Socket } from 'node:net';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { postgresSchema } from './engine.js';
import type { StoreSource } from './store-source.js';

class SilentServer extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('the server of the store is silent');
  }
}

const statementMs = 30_000;
/** When a server that should have stopped a statement by itself is taken to be gone. */
const silenceMs = statementMs + 2_000;

/**
 * A connection that ends itself when its server is silent: behind a network that loses everything, a driver would wait for as
 * long as the kernel does, and the pool would hand the connection out again.
 */
class PatientClient extends pg.Client {
  override query(...parts: unknown[]): never {
    const answer = (pg.Client.prototype.query as (...some: readonly unknown[]) => unknown).apply(this, parts);
    if (answer instanceof Promise) {
      const { stream } = (this as unknown as { readonly connection: { readonly stream: Socket } }).connection;
      const late = setTimeout(() => stream.destroy(new SilentServer()), silenceMs);
      const settled = (): void => clearTimeout(late);
      answer.then(settled, settled);
    }
    return answer as never;
  }
}

const pool = {
  Client: PatientClient,
  max: 10,
  connectionTimeoutMillis: 5_000,
  statement_timeout: statementMs,
  idle_in_transaction_session_timeout: 60_000,
  keepAlive: true,
};

/** A pool of connections; an idle one that breaks is replaced when the next is asked for. */
export const openPostgres = async (
  url: string,
  entities: DataSourceOptions['entities'],
  onIdleError: (error: Error) => void,
): Promise<StoreSource> => {
  const source = new DataSource({
    type: 'postgres',
    schema: postgresSchema,
    entities,
    logging: false,
    installExtensions: false,
    applicationName: 'datamind',
    poolErrorHandler: onIdleError,
    extra: { connectionString: url, ...pool },
  });
  await source.initialize();
  const [{ setting }] = (await source.query('select current_setting($1) as setting', ['synchronous_commit'])) as [
    { setting: string },
  ];
  // A server that acknowledges before it has written is asked not to.
  const durably = setting === 'off' || setting === 'local' ? 'set local synchronous_commit = on' : null;
  return {
    read: (work) => work(source.manager),
    snapshot: async (work) => {
      const runner = source.createQueryRunner();
      try {
        await runner.query('begin isolation level repeatable read read only');
        return await work(runner.manager);
      } finally {
        await runner.query('rollback').catch(() => undefined);
        await runner.release();
      }
    },
    isolation: 'SERIALIZABLE',
    afterBegin: durably,
    withRunner: async (work) => {
      const runner = source.createQueryRunner();
      try {
        return await work(runner);
      } finally {
        await runner.release();
      }
    },
    close: () => source.destroy(),
  };
};
