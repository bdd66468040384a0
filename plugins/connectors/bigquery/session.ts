import { randomUUID } from 'node:crypto';
import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { type Parameter, PluginError } from 'datamind/contract';
import { queryParameters } from './parameters.js';
import { type BigQueryConfig, readCredentials } from './settings.js';
import type { Field, Raw } from './types.js';

export interface Page {
  readonly rows: readonly (readonly Raw[])[];
  /** Of the next page; `null` at the end. */
  readonly token: string | null;
}

/** One statement in the service. */
export interface Job {
  readonly id: string;
  readonly fields: readonly Field[];
  readonly first: Page;
}

/** The service as one statement at a time sees it. */
export interface Session {
  /** Runs a statement, after the service has said that it only reads. @param signal stops waiting; the job is cancelled apart */
  run(
    text: string,
    parameters: readonly Parameter[],
    pageRows: number,
    tag: string | null,
    signal: AbortSignal,
  ): Promise<Job>;
  page(job: Job, token: string, pageRows: number): Promise<Page>;
  /** Cancels what runs; resolves when the service has taken note. */
  cancel(): Promise<void>;
}

interface Answer {
  readonly jobComplete?: boolean;
  readonly schema?: { readonly fields?: readonly Field[] };
  readonly rows?: readonly { readonly f: readonly { readonly v: Raw }[] }[];
  readonly pageToken?: string;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
}

interface JobAnswer {
  readonly jobReference: { readonly jobId: string; readonly location?: string };
  readonly status?: { readonly errorResult?: { readonly reason?: string; readonly message?: string } };
  readonly statistics?: { readonly query?: { readonly statementType?: string } };
}

/** How long the service may hold an answer back while a statement runs. */
const waitMs = 10_000;

const optionsOf = ({ project, location, credentials, accessToken, endpoint }: BigQueryConfig): BigQueryOptions => {
  if (process.env.BIGQUERY_EMULATOR_HOST !== undefined) {
    throw new PluginError(
      'CONFIG_INVALID',
      'BIGQUERY_EMULATOR_HOST is set, which the driver would ask in the place of BigQuery: use `endpoint`.',
    );
  }
  if (credentials !== undefined && accessToken !== undefined) {
    throw new PluginError('CONFIG_INVALID', 'The BigQuery connection takes `credentials` or `accessToken`, not both.');
  }
  // The driver wants of a client of its own only the headers that prove who asks.
  const bearer = { getRequestHeaders: () => Promise.resolve(new Headers({ authorization: `Bearer ${accessToken}` })) };
  return {
    projectId: project,
    ...(location === undefined ? {} : { location }),
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
    ...(credentials === undefined ? {} : { credentials: readCredentials(credentials) }),
    ...(accessToken === undefined ? {} : { authClient: bearer as never }),
    autoRetry: true,
    retryOptions: { maxRetries: 1, totalTimeout: 20 },
  };
};

const pageOf = ({ rows = [], pageToken }: Answer): Page => ({
  rows: rows.map(({ f }) => f.map(({ v }) => v)),
  token: pageToken ?? null,
});

/** @throws PluginError `CONFIG_INVALID` */
export const createSession = (config: BigQueryConfig): Session => {
  const { project, dataset, location, maximumBytesBilled = '107374182400' } = config;
  const client = new BigQuery(optionsOf(config));
  let running: { readonly id: string; location?: string } | null = null;

  const request = <T>(method: string, uri: string, json?: object, qs?: object): Promise<T> =>
    new Promise((resolve, reject) => {
      client.request({ method, uri, json, qs } as never, (error: unknown, body: unknown) =>
        error ? reject(error) : resolve(body as T),
      );
    });

  const insert = (
    id: string,
    text: string,
    parameters: readonly Parameter[],
    tag: string | null,
    dryRun: boolean,
  ): Promise<JobAnswer> =>
    request('POST', '/jobs', {
      jobReference: { projectId: project, jobId: id, ...(location === undefined ? {} : { location }) },
      configuration: {
        dryRun,
        ...(tag === null ? {} : { labels: { datamind: tag.toLowerCase().slice(0, 63) } }),
        query: {
          query: text,
          useLegacySql: false,
          defaultDataset: { projectId: project, datasetId: dataset },
          maximumBytesBilled,
          ...(parameters.length === 0 ? {} : { parameterMode: 'NAMED', queryParameters: queryParameters(parameters) }),
        },
      },
    });

  const results = (id: string, maxResults: number, more: object): Promise<Answer> => {
    const where = running?.location ?? location;
    return request('GET', `/queries/${id}`, undefined, {
      maxResults,
      'formatOptions.useInt64Timestamp': true,
      ...(where === undefined ? {} : { location: where }),
      ...more,
    });
  };

  return {
    run: async (text, parameters, pageRows, tag, signal) => {
      const dry = await insert(`datamind_${randomUUID()}`, text, parameters, tag, true);
      const kind = dry.statistics?.query?.statementType;
      if (kind !== 'SELECT') {
        throw new PluginError(
          'READ_ONLY_VIOLATION',
          'Only queries are run here, and BigQuery takes this statement for something else.',
        );
      }
      signal.throwIfAborted();
      const id = `datamind_${randomUUID()}`;
      running = { id };
      const job = await insert(id, text, parameters, tag, false);
      running.location = job.jobReference.location;
      if (job.status?.errorResult) throw job.status.errorResult;
      for (;;) {
        signal.throwIfAborted();
        const answer = await results(id, pageRows, { timeoutMs: waitMs });
        if (answer.errors?.length && answer.jobComplete !== true) throw answer.errors[0];
        if (answer.jobComplete === true) return { id, fields: answer.schema?.fields ?? [], first: pageOf(answer) };
      }
    },
    page: async ({ id }, pageToken, pageRows) => pageOf(await results(id, pageRows, { pageToken })),
    cancel: async () => {
      if (running === null) return;
      const { id, location: where } = running;
      await request('POST', `/jobs/${id}/cancel`, {}, where === undefined ? {} : { location: where });
    },
  };
};
