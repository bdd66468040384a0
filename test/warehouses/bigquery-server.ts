/**
 * Stands in for BigQuery's REST service: jobs tried dry and run, results by pages, cancelling, errors. What a text answers, the
 * test says; nothing here knows SQL.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface RestField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly RestField[];
}

export interface RestAnswer {
  readonly fields: readonly RestField[];
  readonly count: number;
  row(index: number): readonly unknown[];
}

export interface RestError {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

/** `late`: found only while the statement runs. */
export type Answered = RestAnswer | RestError | { readonly late: RestError } | 'hangs' | 'writes';

export interface RestCall {
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly value: unknown }[];
  readonly dry: boolean;
  readonly settings: Record<string, unknown>;
}

interface Configuration {
  readonly dryRun?: boolean;
  readonly labels?: object;
  readonly query: {
    readonly query: string;
    readonly queryParameters?: readonly {
      name: string;
      parameterType: { type: string };
      parameterValue: { value: unknown };
    }[];
  };
}

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
};

const wrapped = (value: unknown): unknown => {
  if (Array.isArray(value)) return { v: value.map(wrapped) };
  if (typeof value === 'object' && value !== null) return { v: { f: Object.values(value).map(wrapped) } };
  return { v: value };
};

export class BigQueryStandIn {
  readonly calls: RestCall[] = [];
  /** The proofs of identity that came. */
  readonly bearers = new Set<string>();
  readonly cancelled: string[] = [];
  pages = 0;
  token = '';
  readonly #server: Server;
  readonly #answers: (call: RestCall) => Answered;
  readonly #jobs = new Map<string, Answered>();

  constructor(answers: (call: RestCall) => Answered) {
    this.#answers = answers;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await readBody(request);
    const bearer = String(request.headers.authorization ?? '').replace('Bearer ', '');
    this.bearers.add(bearer);
    const say = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const fail = ({ status, reason, message }: RestError): void =>
      say({ error: { code: status, message, errors: [{ reason, message, domain: 'global' }] } }, status);
    if (bearer !== this.token)
      return fail({ status: 401, reason: 'authError', message: `Invalid Credentials ${bearer}` });
    const [, path = ''] = /^\/bigquery\/v2\/projects\/acme-test(\/.*)$/.exec(url.pathname) ?? [];
    const [, cancelledJob] = /^\/jobs\/([^/]+)\/cancel$/.exec(path) ?? [];
    const [, asked] = /^\/queries\/([^/]+)$/.exec(path) ?? [];
    if (request.method === 'POST' && path === '/jobs') return this.#insert(body, say, fail);
    if (request.method === 'POST' && cancelledJob !== undefined) {
      this.cancelled.push(cancelledJob);
      return say({ kind: 'bigquery#jobCancelResponse' });
    }
    if (request.method === 'GET' && asked !== undefined) return this.#results(asked, url.searchParams, say, fail);
    return fail({ status: 404, reason: 'notFound', message: `Not found: ${path}` });
  }

  #insert(body: Record<string, unknown>, say: (value: unknown) => void, fail: (error: RestError) => void): void {
    const configuration = body.configuration as Configuration;
    const { jobId } = body.jobReference as { jobId: string };
    const { query: text, queryParameters = [], ...settings } = configuration.query;
    const parameters = queryParameters.map(({ name, parameterType, parameterValue }) => ({
      name,
      type: parameterType.type,
      value: parameterValue.value,
    }));
    const call = {
      text,
      parameters,
      dry: configuration.dryRun === true,
      settings: { ...settings, labels: configuration.labels },
    };
    this.calls.push(call);
    const answer = this.#answers(call);
    if (answer !== 'hangs' && answer !== 'writes' && 'reason' in answer) {
      fail(answer);
      return;
    }
    if (!call.dry) this.#jobs.set(jobId, answer);
    say({
      jobReference: { projectId: 'acme-test', jobId, location: 'EU' },
      status: { state: call.dry ? 'DONE' : 'RUNNING' },
      statistics: call.dry
        ? { query: { statementType: answer === 'writes' ? 'DELETE' : 'SELECT', totalBytesProcessed: '0' } }
        : {},
    });
  }

  async #results(
    id: string,
    asked: URLSearchParams,
    say: (value: unknown) => void,
    fail: (error: RestError) => void,
  ): Promise<void> {
    const answer = this.#jobs.get(id);
    const jobReference = { projectId: 'acme-test', jobId: id, location: 'EU' };
    if (answer === undefined || asked.get('location') !== 'EU') {
      fail({ status: 404, reason: 'notFound', message: `Not found: Job ${id}` });
      return;
    }
    if (answer === 'hangs') {
      const until = Date.now() + Math.min(Number(asked.get('timeoutMs') ?? 0), 2_000);
      while (Date.now() < until && !this.cancelled.includes(id)) await new Promise((resolve) => setTimeout(resolve, 5));
      if (!this.cancelled.includes(id)) {
        say({ jobReference, jobComplete: false });
        return;
      }
      fail({
        status: 499,
        reason: 'stopped',
        message: 'Job execution was cancelled: User requested cancellation',
      });
      return;
    }
    if (answer === 'writes') throw new Error('a statement that writes was run');
    if ('late' in answer) {
      fail(answer.late);
      return;
    }
    if ('reason' in answer) {
      fail(answer);
      return;
    }
    this.pages += 1;
    const from = Number(asked.get('pageToken') ?? 0);
    const most = Number(asked.get('maxResults'));
    const to = Math.min(from + most, answer.count);
    const rows = Array.from({ length: to - from }, (_, at) => ({ f: answer.row(from + at).map(wrapped) }));
    say({
      jobReference,
      jobComplete: true,
      schema: { fields: answer.fields },
      totalRows: String(answer.count),
      rows,
      ...(to < answer.count ? { pageToken: String(to) } : {}),
    });
  }
}
