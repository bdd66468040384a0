import { expect } from 'chai';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Asked, ask } from './request.js';
import { stageExecutor, startTestServer, type TestServer } from './start-test-server.js';

const query = '/api/v1/semantic/query';
const json = { 'Content-Type': 'application/json' };
const revenue = { metrics: ['revenue'] };

interface Row {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly send?: Asked;
  readonly status: number;
  readonly code: string;
  readonly detail?: RegExp;
}

const rows: readonly Row[] = [
  { what: 'no such path', method: 'GET', path: '/api/v1/nothing', status: 404, code: 'NOT_FOUND' },
  { what: 'another method', method: 'GET', path: query, status: 405, code: 'METHOD_NOT_ALLOWED', detail: /use POST/ },
  { what: 'DELETE of a list', method: 'DELETE', path: '/api/v1/entities', status: 405, code: 'METHOD_NOT_ALLOWED' },
  { what: 'no body', status: 400, code: 'BAD_REQUEST', detail: /body is needed/ },
  {
    what: 'no content type',
    send: { body: '{"metrics":["revenue"]}' },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: /no Content-Type/,
  },
  {
    what: 'a form',
    send: { body: 'metrics=revenue', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: /application\/json/,
  },
  {
    what: 'an encoding that nobody knows',
    send: { body: '{}', headers: { ...json, 'Content-Encoding': 'zip' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    what: 'broken JSON',
    send: { body: '{"metrics":\n  ["revenue",]}', headers: json },
    status: 400,
    code: 'BAD_REQUEST',
    detail: /line 2, column 14/,
  },
  {
    what: 'the same key twice',
    send: { body: '{"metrics":["a"],"metrics":["b"]}', headers: json },
    status: 400,
    code: 'BAD_REQUEST',
    detail: /twice/,
  },
  {
    what: 'bytes that are not UTF-8',
    send: { body: Buffer.from([0x7b, 0xff, 0x7d]), headers: json },
    status: 400,
    code: 'BAD_REQUEST',
    detail: /UTF-8/,
  },
  {
    what: 'a gzip bomb',
    send: { body: gzipSync(Buffer.alloc(20 * 1024 * 1024, 32)), headers: { ...json, 'Content-Encoding': 'gzip' } },
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    what: 'too much',
    send: { body: `{"metrics":["${'a'.repeat(1_100_000)}"]}`, headers: json },
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  { what: 'a list for a query', send: { body: [] }, status: 400, code: 'QUERY_INVALID', detail: /must be an object/ },
  { what: 'null for a query', send: { body: 'null', headers: json }, status: 400, code: 'QUERY_INVALID' },
  {
    what: 'a key that is misspelt',
    send: { body: { metric: ['revenue'] } },
    status: 400,
    code: 'QUERY_INVALID',
    detail: /did you mean "metrics"/,
  },
  { what: 'metrics as a text', send: { body: { metrics: 'revenue' } }, status: 400, code: 'QUERY_INVALID' },
  { what: 'a limit below 0', send: { body: { ...revenue, limit: -1 } }, status: 400, code: 'QUERY_INVALID' },
  { what: 'half a row', send: { body: { ...revenue, limit: 1.5 } }, status: 400, code: 'QUERY_INVALID' },
  {
    what: 'an operator that is none',
    send: { body: { ...revenue, filters: { member: 'a', op: 'equals', values: [1] } } },
    status: 400,
    code: 'QUERY_INVALID',
    detail: /one of/,
  },
  {
    what: 'a filter of two kinds',
    send: { body: { ...revenue, filters: { and: [{ member: 'a', op: 'is_null' }], member: 'a', op: 'is_null' } } },
    status: 400,
    code: 'QUERY_INVALID',
    detail: /takes only one of "member", "and"/,
  },
  {
    what: 'a number that would be another one',
    send: { body: '{"metrics":["revenue"],"limit":1e999}', headers: json },
    status: 400,
    code: 'BAD_REQUEST',
    detail: /^The body cannot be read as JSON: line 1, column 32: this number is too large\.$/,
  },
  { what: 'an empty filter', send: { body: { ...revenue, filters: {} } }, status: 400, code: 'QUERY_INVALID' },
  {
    what: 'a value that is an object',
    send: { body: { ...revenue, filters: { member: 'a', op: 'eq', values: [{}] } } },
    status: 400,
    code: 'QUERY_INVALID',
  },
  {
    what: 'a filter nested without end',
    send: { body: `{"filters":${'{"not":'.repeat(5000)}{}${'}'.repeat(5000)}}`, headers: json },
    status: 400,
    code: 'BAD_REQUEST',
    detail: /nested/,
  },
  {
    what: 'a metric that the planner does not know',
    send: { body: { metrics: ['wrong'] } },
    status: 400,
    code: 'UNKNOWN_MEMBER',
  },
  { what: 'a fault of ours', send: { body: { metrics: ['boom'] } }, status: 500, code: 'INTERNAL' },
  {
    what: 'an unknown parameter',
    method: 'GET',
    path: '/api/v1/entities?limt=1',
    status: 400,
    code: 'BAD_REQUEST',
    detail: /did you mean "limit"/,
  },
  {
    what: 'a parameter twice',
    method: 'GET',
    path: '/api/v1/entities?limit=1&limit=2',
    status: 400,
    code: 'BAD_REQUEST',
    detail: /more than once/,
  },
  {
    what: 'a limit that is no number',
    method: 'GET',
    path: '/api/v1/entities?limit=ten',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    what: 'a limit beyond the most',
    method: 'GET',
    path: '/api/v1/entities?limit=1001',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    what: 'a sort that is none',
    method: 'GET',
    path: '/api/v1/entities?sort=colour',
    status: 400,
    code: 'BAD_REQUEST',
    detail: /sorted/,
  },
  {
    what: 'parameters where none are',
    method: 'GET',
    path: '/api/v1/entities/orders?full=1',
    status: 400,
    code: 'BAD_REQUEST',
  },
  { what: 'an unknown entity', method: 'GET', path: '/api/v1/entities/ordrs', status: 404, code: 'NOT_FOUND' },
  { what: 'a hidden entity', method: 'GET', path: '/api/v1/entities/shadow', status: 404, code: 'NOT_FOUND' },
  {
    what: 'a hidden dimension',
    method: 'GET',
    path: '/api/v1/dimensions/customers.secret',
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    what: 'a dimension of a hidden entity',
    method: 'GET',
    path: '/api/v1/dimensions/shadow.colour',
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    what: 'a name that two have',
    method: 'GET',
    path: '/api/v1/dimensions/name',
    status: 400,
    code: 'AMBIGUOUS_MEMBER',
  },
  {
    what: 'a broken escape in the path',
    method: 'GET',
    path: '/api/v1/entities/%E0%A4%A',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    what: 'a name from the prototype',
    method: 'GET',
    path: '/api/v1/metrics/constructor',
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    what: 'another host',
    method: 'GET',
    path: '/health',
    send: { headers: { Host: 'evil.example:8000' } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a host that only begins well',
    method: 'GET',
    path: '/health',
    send: { headers: { Host: '127.0.0.1.evil.example' } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a page of another origin',
    send: { body: revenue, headers: { Origin: 'http://evil.example' } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a page of another port',
    send: { body: revenue, headers: { Origin: 'http://127.0.0.1:1' } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a page without origin',
    send: { body: revenue, headers: { Origin: 'null' } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a path out of the folder',
    method: 'GET',
    path: '/api/v1/semantic/models/..%2F..%2Fetc%2Fpasswd.yaml',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    what: 'an absolute path',
    method: 'PUT',
    path: '/api/v1/semantic/models/%2Ftmp%2Fx.yaml',
    send: { body: { text: 'a: 1' } },
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    what: 'a backslash',
    method: 'GET',
    path: '/api/v1/semantic/models/..%5Cx.yaml',
    status: 400,
    code: 'BAD_REQUEST',
  },
  { what: 'a hidden file', method: 'GET', path: '/api/v1/semantic/models/.git.yaml', status: 400, code: 'BAD_REQUEST' },
  { what: 'another ending', method: 'GET', path: '/api/v1/semantic/models/x.json', status: 400, code: 'BAD_REQUEST' },
  { what: 'a zero byte', method: 'GET', path: '/api/v1/semantic/models/x%00.yaml', status: 400, code: 'BAD_REQUEST' },
  { what: 'no such file', method: 'GET', path: '/api/v1/semantic/models/x.yaml', status: 404, code: 'NOT_FOUND' },
];

describe('problem documents', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor());
  });
  after(() => server.close());

  for (const { what, method = 'POST', path = query, send = {}, status, code, detail } of rows) {
    it(`${what}: ${status} ${code}`, async () => {
      const answer = await ask(server.url, method, path, {
        ...send,
        headers: { 'X-Correlation-Id': 'test-1', ...send.headers },
      });
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.headers['content-type']).to.equal('application/problem+json');
      expect(answer.headers['x-correlation-id']).to.equal('test-1');
      expect(answer.body).to.include({ code, status, correlation_id: 'test-1', type: `/docs#${code}` });
      expect(answer.body.title).to.be.a('string').and.not.equal('');
      if (detail) expect(answer.body.detail).to.match(detail);
      expect(answer.text).not.to.match(/node_modules|\.js:\d|at \w+ \(/);
    });
  }

  it('says which methods there are', async () => {
    const answer = await ask(server.url, 'PATCH', '/api/v1/metrics');
    expect(answer.headers.allow).to.equal('GET, HEAD, POST, OPTIONS');
    const options = await ask(server.url, 'OPTIONS', '/api/v1/metrics');
    expect([options.status, options.headers.allow, options.text]).to.deep.equal([204, 'GET, HEAD, POST, OPTIONS', '']);
  });

  it('tells nothing of an unexpected error, and logs it under the correlation id', async () => {
    const answer = await ask(server.url, 'POST', query, {
      body: { metrics: ['boom'] },
      headers: { 'X-Correlation-Id': 'boom-7' },
    });
    expect(answer.text).not.to.contain('secret that nobody');
    const line = server.logged.find((text) => text.includes('boom-7'))!;
    expect(JSON.parse(line)).to.include({ level: 'error', correlation_id: 'boom-7', code: 'INTERNAL' });
    expect(line).to.contain('secret that nobody');
  });

  it('replaces a correlation id that is not safe to repeat', async () => {
    const answer = await ask(server.url, 'GET', '/health/live', { headers: { 'X-Correlation-Id': 'a b"<script>' } });
    expect(answer.headers['x-correlation-id']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const [get, head] = [
      await ask(server.url, 'GET', '/api/v1/entities'),
      await ask(server.url, 'HEAD', '/api/v1/entities'),
    ];
    expect([head.status, head.text]).to.deep.equal([200, '']);
    expect(head.headers['content-length']).to.equal(get.headers['content-length']);
    expect((await ask(server.url, 'HEAD', '/nothing')).text).to.equal('');
  });

  it('survives what is not HTTP', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write('\u0001\u0002 nonsense\r\n\r\n'));
      socket.on('error', () => undefined);
      socket.resume();
      socket.on('close', () => resolve());
    });
    expect((await ask(server.url, 'GET', '/health/live')).status).to.equal(200);
  });
});
