import {
  askHealth,
  beginSessions,
  connectorSubject,
  createPool,
  createStatementRunner,
  readPool,
  type RowSource,
} from 'datamind/connector-kit';
import type {
  ApprovedStatement,
  Connector,
  ConnectorCapabilities,
  PluginHost,
  PluginModule,
  QueryOptions,
  Row,
} from 'datamind/contract';
import { translateBigQueryError } from './errors.js';
import { introspectBigQuery } from './introspect.js';
import { createSession, type Page, type Session } from './session.js';
import type { BigQueryConfig } from './settings.js';
import { readField } from './types.js';

const capabilities: ConnectorCapabilities = {
  cancel: 'server',
  readOnly: 'engine',
  streaming: true,
  timeZones: true,
  schemas: true,
  foreignKeys: false,
  comments: true,
  // Always on: there is nothing to set.
  tls: false,
  missingTypes: ['integer', 'uuid'],
};

const introspectTimeoutMs = 120_000;
/** Rows of a page at most; the service may send fewer. */
const mostRows = 5_000;

const createConnector = (config: BigQueryConfig, host: PluginHost): Connector => {
  const { connectTimeoutMs = 10_000, dataset, datasets = [dataset] } = config;
  const pool = createPool<Session>(
    {
      open: () => {
        return Promise.resolve().then(() => createSession(config));
      },
      // The service has no sessions unless one asks for them: nothing is left behind.
      reset: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    { ...readPool(config.pool), now: host.now },
  );

  const open = async (
    session: Session,
    { text, parameters }: ApprovedStatement,
    { batchRows, maxRows, tag }: QueryOptions,
    signal: AbortSignal,
  ): Promise<RowSource> => {
    const pageRows = Math.min(mostRows, Math.max(batchRows, 1_000), maxRows + 1);
    const job = await session.run(text, parameters, pageRows, tag ?? null, signal);
    const fields = job.fields.map((field) => ({ name: field.name, ...readField(field) }));
    let page: Page | null = job.first;
    return {
      columns: fields.map(({ name, type, nativeType }) => ({ name, type, nativeType })),
      next: async () => {
        while (page !== null) {
          const { rows, token }: Page = page;
          page = token === null ? null : { rows: [], token };
          if (rows.length > 0) {
            return rows.map((row): Row => row.map((raw, at) => (raw === null ? null : fields[at]!.read(raw))));
          }
          if (token !== null) page = await session.page(job, token, pageRows);
        }
        return null;
      },
    };
  };

  const runner = createStatementRunner<Session>({
    dialect: 'bigquery',
    host,
    pool,
    open,
    cancel: async (session) => {
      await session.cancel();
      return 'discard';
    },
    translate: translateBigQueryError,
  });
  const own = (timeoutMs: number) => ({ subject: connectorSubject, timeoutMs });
  const probe = (signal: AbortSignal): Promise<unknown> =>
    runner.withSession(own(connectTimeoutMs), signal, (session, deadline) =>
      session.run('SELECT 1 AS one', [], 1, null, deadline),
    );

  return {
    dialect: 'bigquery',
    capabilities,
    place: { catalog: null, schema: dataset },
    start: async (signal) => {
      await beginSessions(signal, translateBigQueryError, async () => {
        await pool.start(signal);
        await probe(signal);
      });
    },
    health: (signal) => askHealth(translateBigQueryError, () => probe(signal)),
    query: runner.query,
    introspect: (options, signal) =>
      runner.withSession(own(introspectTimeoutMs), signal, (session, deadline) =>
        introspectBigQuery(session, datasets, options, deadline),
      ),
    stop: runner.stop,
  };
};

const bigquery: PluginModule<Connector, BigQueryConfig> = { create: createConnector };
export default bigquery;
