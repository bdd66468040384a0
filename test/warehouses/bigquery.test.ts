/** The connector for BigQuery against a stand-in for its REST service: BigQuery itself was never asked. */
import { expect } from 'chai';
import type { Connector } from '../../core/plugin/contract.js';
import { type Answered, BigQueryStandIn, type RestAnswer, type RestCall } from './bigquery-server.js';
import { allRows, ask, failure, makeConnector, never } from './start-connector.js';

const accessToken = 'bq-secret-2L';

const table = (fields: RestAnswer['fields'], rows: readonly (readonly unknown[])[]): RestAnswer => ({
  fields,
  count: rows.length,
  row: (index) => rows[index]!,
});

const refusal = (reason: string, message: string, status = 400): Answered => ({ status, reason, message });

const answers: Readonly<Record<string, Answered>> = {
  types: table(
    [
      ...[
        'INTEGER',
        'FLOAT',
        'FLOAT',
        'NUMERIC',
        'BIGNUMERIC',
        'BOOLEAN',
        'STRING',
        'BYTES',
        'DATE',
        'TIME',
        'DATETIME',
      ].map((type, at) => ({ name: `c${at}`, type })),
      { name: 'after', type: 'TIMESTAMP' },
      { name: 'before', type: 'TIMESTAMP' },
      { name: 'json', type: 'JSON' },
      { name: 'list', type: 'INTEGER', mode: 'REPEATED' },
      {
        name: 'row',
        type: 'RECORD',
        fields: [
          { name: 'id', type: 'INTEGER' },
          { name: 'tags', type: 'STRING', mode: 'REPEATED' },
        ],
      },
    ],
    [
      [
        ...['-9223372036854775808', '0.30000000000000004', 'NaN', '-12345678901234567890123456789.012345678'],
        ...['0.00000000000000000000000000000000000001', 'true', "😀 é 'x'", 'AAH/', '2024-02-29', '12:34:56.500000'],
        ...['2024-02-29T12:34:56.789012', '1709210096789012', '-1', '{"a":12345678901234567890}'],
        ['9223372036854775807', '-1'],
        { id: '9223372036854775807', tags: ['a"b', 'c'] },
      ],
      [...Array.from({ length: 14 }, () => null), [], null],
    ],
  ),
  many: { fields: [{ name: 'n', type: 'INTEGER' }], count: 30_000, row: (index) => [String(index)] },
  hangs: 'hangs',
  writes: 'writes',
  missing: refusal('notFound', 'Not found: Table acme-test:shop.x', 404),
  column: refusal('invalidQuery', 'Unrecognized name: x at [1:8]'),
  syntax: refusal('invalidQuery', 'Syntax error: Unexpected keyword'),
  zero: { late: { status: 400, reason: 'invalidQuery', message: 'division by zero: 1 / 0' } },
  overflow: { late: { status: 400, reason: 'invalidQuery', message: 'int64 overflow: 9223372036854775807 + 1' } },
  cast: { late: { status: 400, reason: 'invalidQuery', message: `Bad int64 value: ${accessToken}` } },
  denied: refusal('accessDenied', 'Access Denied: Table x', 403),
  costly: refusal('bytesBilledLimitExceeded', 'Query exceeded limit for bytes billed', 400),
};

const respond = ({ text }: RestCall): Answered => {
  if (text.includes('INFORMATION_SCHEMA.TABLES')) {
    return table(
      ['table_name', 'kind'].map((name) => ({ name, type: 'STRING' })),
      [['orders', 'table']],
    );
  }
  if (text.includes('INFORMATION_SCHEMA.COLUMNS')) {
    return table(
      ['table_name', 'column_name', 'data_type', 'is_nullable', 'description'].map((name) => ({
        name,
        type: 'STRING',
      })),
      [
        ['orders', 'id', 'INT64', 'NO', null],
        ['orders', 'amounts', 'ARRAY<NUMERIC(10, 2)>', 'YES', 'All of them'],
      ],
    );
  }
  return answers[/^SELECT (\w+)/.exec(text)?.[1] ?? ''] ?? table([{ name: 'one', type: 'INTEGER' }], [['1']]);
};

describe('the connector for BigQuery', function () {
  this.timeout(60_000);
  let service: BigQueryStandIn;
  let connector: Connector;
  let config: Record<string, unknown>;
  before(async () => {
    service = new BigQueryStandIn(respond);
    service.token = accessToken;
    config = { project: 'acme-test', dataset: 'shop', accessToken, endpoint: await service.listen() };
    connector = await makeConnector('bigquery', config);
    await connector.start(never());
  });
  after(async () => {
    await connector.stop();
    await service.stop();
  });

  it('tries every statement dry, with a bound on its cost, before it runs', async () => {
    service.calls.length = 0;
    await allRows(await ask(connector, 'SELECT types', [], { tag: 'Abc-1' }));
    expect(service.calls.map(({ dry }) => dry)).to.deep.equal([true, false]);
    expect(service.calls[1]!.settings).to.deep.equal({
      useLegacySql: false,
      defaultDataset: { projectId: 'acme-test', datasetId: 'shop' },
      maximumBytesBilled: '107374182400',
      labels: { datamind: 'abc-1' },
    });
  });

  it('runs nothing that the service takes for a write', async () => {
    service.calls.length = 0;
    expect((await failure(ask(connector, 'SELECT writes'))).code).to.equal('READ_ONLY_VIOLATION');
    expect(service.calls.map(({ dry }) => dry)).to.deep.equal([true]);
  });

  it('loses nothing of any type', async () => {
    const result = await ask(connector, 'SELECT types');
    expect(result.columns.map(({ type }) => type)).to.deep.equal([
      ...['bigint', 'float', 'float', 'decimal', 'decimal', 'boolean', 'string', 'binary', 'date', 'time', 'timestamp'],
      ...['timestamptz', 'timestamptz', 'json', 'array', 'json'],
    ]);
    const [row, nulls] = await allRows(result);
    expect(row).to.deep.equal([
      '-9223372036854775808',
      0.30000000000000004,
      'NaN',
      '-12345678901234567890123456789.012345678',
      '0.00000000000000000000000000000000000001',
      true,
      "😀 é 'x'",
      'AAH/',
      '2024-02-29',
      '12:34:56.5',
      '2024-02-29T12:34:56.789012',
      '2024-02-29T12:34:56.789012Z',
      '1969-12-31T23:59:59.999999Z',
      '{"a":12345678901234567890}',
      ['9223372036854775807', '-1'],
      '{"id":9223372036854775807,"tags":["a\\"b","c"]}',
    ]);
    expect(nulls).to.deep.equal([...Array.from({ length: 14 }, () => null), [], null]);
  });

  it('sends values beside the text, each with a type that holds it', async () => {
    await allRows(
      await ask(connector, 'SELECT types', [
        { type: 'string', value: "x' --" },
        { type: 'bigint', value: '9223372036854775807' },
        { type: 'decimal', value: '0.123456789' },
        { type: 'decimal', value: '0.1234567890123456789' },
        { type: 'boolean', value: true },
        { type: 'timestamp', value: '2024-01-01T00:00:00.000' },
        { type: 'timestamptz', value: '2024-01-01T00:00:00.000Z' },
        { type: 'date', value: null },
      ]),
    );
    expect(service.calls.at(-1)!.parameters).to.deep.equal([
      { name: 'p1', type: 'STRING', value: "x' --" },
      { name: 'p2', type: 'INT64', value: '9223372036854775807' },
      { name: 'p3', type: 'NUMERIC', value: '0.123456789' },
      { name: 'p4', type: 'BIGNUMERIC', value: '0.1234567890123456789' },
      { name: 'p5', type: 'BOOL', value: 'true' },
      { name: 'p6', type: 'DATETIME', value: '2024-01-01T00:00:00.000' },
      { name: 'p7', type: 'TIMESTAMP', value: '2024-01-01T00:00:00.000Z' },
      { name: 'p8', type: 'DATE', value: null },
    ]);
  });

  it('gives all rows, in order, page by page', async () => {
    const before = service.pages;
    const rows = await allRows(await ask(connector, 'SELECT many'));
    expect(rows.length).to.equal(30_000);
    expect(rows.every(([n], index) => n === String(index))).to.equal(true);
    expect(service.pages - before).to.equal(30);
  });

  it('fetches no page before the reader wants it', async () => {
    const before = service.pages;
    const result = await ask(connector, 'SELECT many');
    await result.batches[Symbol.asyncIterator]().next();
    expect(service.pages - before).to.equal(1);
    await result.close();
  });

  it('stops at the limit of rows', async () => {
    const result = await ask(connector, 'SELECT many', [], { maxRows: 10 });
    expect((await allRows(result)).length).to.equal(10);
    expect(result.truncated).to.equal('rows');
  });

  it('cancels in the service', async () => {
    const before = service.cancelled.length;
    const abort = new AbortController();
    const asking = failure(ask(connector, 'SELECT hangs', [], {}, abort.signal));
    while (!service.calls.some(({ text, dry }) => text === 'SELECT hangs' && !dry))
      await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    expect((await asking).code).to.equal('QUERY_CANCELLED');
    expect(service.cancelled.length).to.equal(before + 1);
  });

  it('cancels in the service when the time is up', async () => {
    const before = service.cancelled.length;
    expect((await failure(ask(connector, 'SELECT hangs', [], { timeoutMs: 300 }))).code).to.equal('QUERY_TIMEOUT');
    expect(service.cancelled.length).to.equal(before + 1);
  });

  it('reads the catalogue, and claims no keys', async () => {
    const { tables } = await connector.introspect({}, never());
    expect(tables).to.deep.equal([
      {
        ...{ schema: 'shop', name: 'orders', kind: 'table', rowEstimate: null },
        columns: [
          { name: 'id', type: 'bigint', nativeType: 'INT64', nullable: false },
          {
            name: 'amounts',
            type: 'array',
            nativeType: 'ARRAY<NUMERIC(10, 2)>',
            nullable: true,
            comment: 'All of them',
          },
        ],
        ...{ primaryKey: [], uniqueKeys: [], foreignKeys: [] },
      },
    ]);
  });

  const codes: readonly (readonly [string, string])[] = [
    ['missing', 'RELATION_NOT_FOUND'],
    ['column', 'COLUMN_NOT_FOUND'],
    ['syntax', 'STATEMENT_INVALID'],
    ['zero', 'DIVISION_BY_ZERO'],
    ['overflow', 'NUMERIC_OVERFLOW'],
    ['cast', 'VALUE_INVALID'],
    ['denied', 'PERMISSION_DENIED'],
    ['costly', 'RESOURCES_EXHAUSTED'],
  ];
  for (const [word, code] of codes) {
    it(`${word}: ${code}, without secrets`, async () => {
      const { code: found, message } = await failure(ask(connector, `SELECT ${word}`).then(allRows));
      expect(found).to.equal(code);
      expect(message).not.to.contain(accessToken);
    });
  }

  it('refuses wrong tokens, broken keys, and services that are not there', async () => {
    const start = async (change: object): Promise<{ code: string; message: string }> => {
      const other = await makeConnector('bigquery', { ...config, ...change });
      const found = await failure(other.start(never()));
      await other.stop();
      return found;
    };
    const wrong = await start({ accessToken: 'wrong-secret-8P' });
    expect(wrong.code).to.equal('AUTHENTICATION_FAILED');
    expect(wrong.message).not.to.contain('wrong-secret-8P');
    expect((await start({ accessToken: undefined, credentials: '{"type":' })).code).to.equal('CONFIG_INVALID');
    expect((await start({ credentials: '{}' })).code).to.equal('CONFIG_INVALID');
    expect((await start({ endpoint: 'http://127.0.0.1:1' })).code).to.equal('CONNECTION_FAILED');
  });
});
