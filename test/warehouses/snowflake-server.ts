/**
 * Stands in for Snowflake's service as its driver speaks to it: login, query, abort and the end of sessions, results as JSON with
 * a part that is fetched apart. What a text answers, the test says; nothing here knows SQL.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface WireColumn {
  readonly name: string;
  readonly type: string;
  readonly precision?: number;
  readonly scale?: number;
}

export interface WireAnswer {
  readonly columns: readonly WireColumn[];
  /** Cells as the service writes them. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Parts of the result that the driver fetches when it needs them. */
  readonly parts?: readonly { readonly count: number; row(index: number): readonly (string | null)[] }[];
}

export interface WireError {
  readonly code: string;
  readonly state: string;
  readonly message: string;
}

export interface WireCall {
  readonly text: string;
  readonly binds: readonly (string | null)[];
}

type Answer = WireAnswer | WireError | 'hangs';

const isError = (answer: Answer): answer is WireError => answer !== 'hangs' && 'state' in answer;

const readBody = async (request: IncomingMessage): Promise<Record<string, never>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return {};
  return JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()) as Record<
    string,
    never
  >;
};

export class SnowflakeStandIn {
  readonly calls: WireCall[] = [];
  readonly logins: Record<string, unknown>[] = [];
  aborts = 0;
  ended = 0;
  /** Parts that were fetched. */
  fetched = 0;
  accepts: (login: Record<string, unknown>) => boolean = () => true;
  readonly #server: Server;
  readonly #answers: (call: WireCall) => Answer;
  readonly #hanging = new Map<string, () => void>();
  readonly #parts: NonNullable<WireAnswer['parts']>[number][] = [];
  /** What `ALTER SESSION` has set. */
  readonly #parameters = new Map<string, unknown>();

  constructor(answers: (call: WireCall) => Answer) {
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
    const say = (body: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    };
    if (url.pathname.startsWith('/part/')) {
      this.fetched += 1;
      const { count, row } = this.#parts[Number(url.pathname.slice(6))]!;
      response.end(Array.from({ length: count }, (_, index) => JSON.stringify(row(index))).join(','));
      return;
    }
    const body = await readBody(request);
    switch (url.pathname) {
      case '/session/v1/login-request': {
        const data = body.data as unknown as Record<string, unknown>;
        this.logins.push({
          ...data,
          role: url.searchParams.get('roleName'),
          warehouse: url.searchParams.get('warehouse'),
        });
        if (!this.accepts(data)) {
          return say({
            data: {},
            code: '390100',
            message: 'Incorrect username or password was specified.',
            success: false,
          });
        }
        const token = {
          token: 'session-token',
          masterToken: 'master-token',
          validityInSeconds: 3600,
          masterValidityInSeconds: 14_400,
        };
        return say({
          data: { ...token, parameters: [], sessionInfo: {}, serverVersion: '9.0.0' },
          code: null,
          message: null,
          success: true,
        });
      }
      case '/queries/v1/query-request':
        return this.#query(url, body, request, say);
      case '/queries/v1/abort-request': {
        this.aborts += 1;
        this.#hanging.get(String(body.requestId))?.();
        return say({ data: null, code: null, message: null, success: true });
      }
      case '/session':
        this.ended += 1;
        return say({ data: null, code: null, message: null, success: true });
      default:
        return say({ data: null, code: null, message: null, success: true });
    }
  }

  async #query(
    url: URL,
    body: Record<string, never>,
    request: IncomingMessage,
    say: (body: unknown) => void,
  ): Promise<void> {
    const text = String(body.sqlText);
    const bindings = (body.bindings ?? {}) as Record<string, { value: string | null }>;
    const binds = Object.keys(bindings)
      .sort((a, b) => Number(a) - Number(b))
      .map((key) => bindings[key]!.value);
    this.calls.push({ text, binds });
    if (text.startsWith('ALTER SESSION')) {
      for (const [, name, value] of text.matchAll(/(\w+) = ('[^']*'|\w+)/g))
        this.#parameters.set(name!, value!.replaceAll("'", ''));
    }
    const answer = this.#answers({ text, binds });
    const fail = ({ code, state, message }: WireError): void =>
      say({ data: { errorCode: code, sqlState: state, queryId: 'q' }, code, message, success: false });
    if (answer === 'hangs') {
      await new Promise<void>((resolve) => this.#hanging.set(url.searchParams.get('requestId') ?? '', resolve));
      return fail({ code: '000604', state: '57014', message: 'SQL execution canceled' });
    }
    if (isError(answer)) return fail(answer);
    const chunks = (answer.parts ?? []).map((part) => {
      this.#parts.push(part);
      return {
        url: `http://${request.headers.host}/part/${this.#parts.length - 1}`,
        rowCount: part.count,
        uncompressedSize: 1,
        compressedSize: 1,
      };
    });
    const total = answer.rows.length + chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
    say({
      data: {
        parameters: [...this.#parameters].map(([name, value]) => ({ name, value })),
        rowtype: answer.columns.map(({ name, type, precision = null, scale = null }) => ({
          ...{ name, type, precision, scale, nullable: true, byteLength: null, length: null, collation: null },
        })),
        rowset: answer.rows,
        ...(chunks.length === 0 ? {} : { chunks, chunkHeaders: { 'x-part': '1' } }),
        total,
        returned: total,
        queryId: `01b-${this.calls.length}`,
        sqlState: null,
        queryResultFormat: 'json',
        statementTypeId: 4096,
        version: 1,
        finalDatabaseName: 'SHOP',
        finalSchemaName: 'PUBLIC',
      },
      code: null,
      message: null,
      success: true,
    });
  }
}
