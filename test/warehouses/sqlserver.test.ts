/** The connector for SQL Server against a stand-in that speaks TDS: SQL Server itself was never asked. */
import { expect } from 'chai';
import type { Connector } from '../../core/plugin/contract.js';
import { allRows, ask, failure, makeConnector, never } from './start-connector.js';
import { type TdsAnswer, type TdsCall, type TdsError, TdsStandIn, tds } from './tds-server.js';

const password = 'tds-secret-5K';
const harmless: TdsAnswer = {
  columns: ['sysadmin', 'owner', 'writes'].map((name) => ({ name, type: { kind: 'int' } })),
  rows: [[tds.int(0), tds.int(0), tds.int(0)]],
};
const one = (type: TdsAnswer['columns'][number]['type'], ...values: readonly (Buffer | null)[]): TdsAnswer => ({
  columns: [{ name: 'v', type }],
  rows: values.map((value) => [value]),
});

function* numbers(count: number): Generator<readonly Buffer[]> {
  for (let n = 1; n <= count; n += 1) yield [tds.int(n), tds.text(`row ${n} ${'.'.repeat(200)}`)];
}
const many = (count: number): TdsAnswer => ({
  columns: [
    { name: 'n', type: { kind: 'int' } },
    { name: 'pad', type: { kind: 'nvarchar' } },
  ],
  rows: numbers(count),
});

const dayTicks = 863_999_999_999n;
const answers: Readonly<Record<string, () => TdsAnswer | TdsError>> = {
  types: () => ({
    columns: [
      { name: 'int', type: { kind: 'int' } },
      { name: 'bigint', type: { kind: 'bigint' } },
      { name: 'bit', type: { kind: 'bit' } },
      { name: 'float', type: { kind: 'float' } },
      { name: 'decimal', type: { kind: 'decimal', precision: 38, scale: 10 } },
      { name: 'money', type: { kind: 'money' } },
      { name: 'text', type: { kind: 'nvarchar' } },
      { name: 'date', type: { kind: 'date' } },
      { name: 'time', type: { kind: 'time' } },
      { name: 'datetime2', type: { kind: 'datetime2' } },
      { name: 'datetimeoffset', type: { kind: 'datetimeoffset' } },
      { name: 'binary', type: { kind: 'varbinary' } },
    ],
    rows: [
      [
        tds.int(-2147483648),
        tds.bigint(9223372036854775807n),
        tds.bit(true),
        tds.float(0.1 + 0.2),
        tds.decimal(-12345678901234567890123456789012345678n),
        tds.money(-9223372036854775807n),
        tds.text("😀 é 'x'"),
        tds.date(738_944),
        tds.time(dayTicks),
        Buffer.concat([tds.time(452_967_890_123n), tds.date(738_944)]),
        // 12:34:56.7890123 in UTC, shown five and a half hours later.
        Buffer.concat([tds.time(452_967_890_123n), tds.date(738_944), Buffer.from([0x4a, 0x01])]),
        Buffer.from([0, 1, 255]),
      ],
      Array.from({ length: 12 }, () => null),
    ],
  }),
  decimals: () =>
    one({ kind: 'decimal', precision: 38, scale: 38 }, tds.decimal(1n), tds.decimal(0n), tds.decimal(-(10n ** 37n))),
  many: () => many(5_000),
  endless: () => many(1_000_000),
  hangs: () => ({ ...many(3), hangs: true }),
  twice: () => ({ ...one({ kind: 'int' }, tds.int(1)), and: one({ kind: 'int' }, tds.int(2)) }),
  late: () => ({ ...many(1_000), error: { number: 245, message: `Conversion failed for '${password}'` } }),
  missing: () => ({ number: 208, message: "Invalid object name 'x'." }),
  column: () => ({ number: 207, message: 'Invalid column name.' }),
  zero: () => ({ number: 8134, message: 'Divide by zero error encountered.' }),
  overflow: () => ({ number: 8115, message: 'Arithmetic overflow error.' }),
  denied: () => ({ number: 229, message: 'The SELECT permission was denied.' }),
  circle: () => ({ number: 530, message: 'The maximum recursion 100 has been exhausted.' }),
  writes: () => ({ columns: [], rows: [] }),
  odd: () => ({ number: 99_999, message: `what nobody knows: ${password}` }),
};

const integers = (...names: readonly string[]): TdsAnswer['columns'] =>
  names.map((name) => ({ name, type: { kind: 'int' } }));
const texts = (...names: readonly string[]): TdsAnswer['columns'] =>
  names.map((name) => ({ name, type: { kind: 'nvarchar' } }));

/** What the catalogue views give, for two tables of which one points to the other. */
const catalogue: Readonly<Record<string, TdsAnswer>> = {
  'sys.schemas': {
    columns: [
      ...integers('id'),
      ...texts('schema', 'name', 'kind', 'comment'),
      { name: 'estimate', type: { kind: 'float' } },
    ],
    rows: [
      [tds.int(1), tds.text('dbo'), tds.text('orders'), tds.text('table'), tds.text('What was bought'), tds.float(12)],
      [tds.int(2), tds.text('dbo'), tds.text('lines'), tds.text('table'), null, tds.float(0)],
    ],
  },
  'sys.columns': {
    columns: [
      ...integers('id', 'number'),
      ...texts('name', 'base'),
      ...integers('length', 'precision', 'scale', 'nullable'),
      ...texts('comment'),
    ],
    rows: [
      [
        tds.int(1),
        tds.int(1),
        tds.text('id'),
        tds.text('bigint'),
        tds.int(8),
        tds.int(19),
        tds.int(0),
        tds.int(0),
        null,
      ],
      [
        tds.int(1),
        tds.int(2),
        tds.text('amount'),
        tds.text('decimal'),
        tds.int(9),
        tds.int(18),
        tds.int(4),
        tds.int(1),
        tds.text('Net'),
      ],
      [
        tds.int(2),
        tds.int(1),
        tds.text('order_id'),
        tds.text('bigint'),
        tds.int(8),
        tds.int(19),
        tds.int(0),
        tds.int(0),
        null,
      ],
      [
        tds.int(2),
        tds.int(2),
        tds.text('sku'),
        tds.text('nvarchar'),
        tds.int(40),
        tds.int(0),
        tds.int(0),
        tds.int(1),
        null,
      ],
    ],
  },
  'sys.index_columns': {
    columns: [...integers('id'), ...texts('name'), ...integers('isPrimary', 'number')],
    rows: [
      [tds.int(1), tds.text('pk'), tds.int(1), tds.int(1)],
      [tds.int(2), tds.text('once'), tds.int(0), tds.int(1)],
      [tds.int(2), tds.text('once'), tds.int(0), tds.int(2)],
    ],
  },
  'sys.foreign_keys': {
    columns: [...integers('id'), ...texts('name'), ...integers('target', 'number', 'other')],
    rows: [[tds.int(2), tds.text('fk'), tds.int(1), tds.int(1), tds.int(1)]],
  },
};

const respond = ({ text }: TdsCall): TdsAnswer | TdsError | null => {
  if (text.includes('IS_SRVROLEMEMBER')) return harmless;
  const view = ['sys.foreign_keys', 'sys.index_columns', 'sys.columns', 'sys.schemas'].find((name) =>
    text.includes(name),
  );
  if (view !== undefined) return catalogue[view]!;
  if (text.includes('SELECT 1 AS one')) return one({ kind: 'int' }, tds.int(1));
  const [, word] = /^(?:\/\* \S+ \*\/ )?SELECT (\w+)/.exec(text) ?? [];
  return answers[word ?? '']?.() ?? null;
};

describe('the connector for SQL Server', function () {
  this.timeout(60_000);
  let server: TdsStandIn;
  let connector: Connector;
  let config: Record<string, unknown>;
  before(async () => {
    server = new TdsStandIn(respond);
    server.refuse = ({ password: given }) =>
      given === password ? null : { number: 18_456, message: `Login failed, ${given}` };
    config = {
      host: '127.0.0.1',
      port: await server.listen(),
      database: 'shop',
      user: 'reader',
      password,
      tls: { mode: 'disable' },
    };
    connector = await makeConnector('sqlserver', config);
    await connector.start(never());
  });
  after(async () => {
    await connector.stop();
    await server.stop();
  });

  it('says who it is and that it reads only', () => {
    const { user, database, application, readOnlyIntent } = server.logins[0]!;
    expect({ user, database, application, readOnlyIntent }).to.deep.equal({
      user: 'reader',
      database: 'shop',
      application: 'datamind',
      readOnlyIntent: true,
    });
  });

  it('loses nothing of any type', async () => {
    const result = await ask(connector, 'SELECT types');
    expect(result.columns.map(({ type }) => type)).to.deep.equal([
      ...[
        'integer',
        'bigint',
        'boolean',
        'float',
        'decimal',
        'decimal',
        'string',
        'date',
        'time',
        'timestamp',
        'timestamptz',
        'binary',
      ],
    ]);
    const [row, nulls] = await allRows(result);
    expect(row).to.deep.equal([
      -2147483648,
      '9223372036854775807',
      true,
      0.30000000000000004,
      '-1234567890123456789012345678.9012345678',
      '-922337203685477.5807',
      "😀 é 'x'",
      '2024-02-29',
      '23:59:59.9999999',
      '2024-02-29T12:34:56.7890123',
      '2024-02-29T12:34:56.7890123Z',
      Buffer.from([0, 1, 255]).toString('base64'),
    ]);
    expect(nulls!.every((value) => value === null)).to.equal(true);
  });

  it('keeps the zeros and the sign of decimals', async () => {
    const rows = await allRows(await ask(connector, 'SELECT decimals'));
    expect(rows.flat()).to.deep.equal([`0.${'0'.repeat(37)}1`, `0.${'0'.repeat(38)}`, `-0.1${'0'.repeat(37)}`]);
  });

  it('sends values beside the text, and those that would lose digits as text', async () => {
    await allRows(
      await ask(connector, 'SELECT decimals', [
        { type: 'string', value: "x' --" },
        { type: 'integer', value: 7 },
        { type: 'bigint', value: '9223372036854775807' },
        { type: 'decimal', value: '0.1234567890123456789' },
        { type: 'float', value: 0.1 },
        { type: 'boolean', value: true },
        { type: 'timestamptz', value: '2024-01-01T00:00:00.000Z' },
        { type: 'date', value: null },
      ]),
    );
    expect(server.calls.findLast(({ text }) => text === 'SELECT decimals')!.parameters).to.deep.equal([
      { name: '@p1', value: "x' --" },
      { name: '@p2', value: 7 },
      { name: '@p3', value: '9223372036854775807' },
      { name: '@p4', value: '0.1234567890123456789' },
      { name: '@p5', value: 0.1 },
      { name: '@p6', value: true },
      { name: '@p7', value: '2024-01-01T00:00:00.000Z' },
      { name: '@p8', value: null },
    ]);
  });

  it('wraps each statement in a transaction that is rolled back', async () => {
    server.calls.length = 0;
    await allRows(await ask(connector, 'SELECT decimals'));
    await connector.health(never());
    const texts = server.calls.map(({ text }) => text);
    expect(texts.slice(texts.indexOf('BEGIN TRANSACTION'), texts.indexOf('BEGIN TRANSACTION') + 3)).to.deep.equal([
      'BEGIN TRANSACTION',
      'SELECT decimals',
      'IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION',
    ]);
  });

  it('gives all rows, in order', async () => {
    const rows = await allRows(await ask(connector, 'SELECT many'));
    expect(rows.length).to.equal(5_000);
    expect(rows.every(([n], index) => n === index + 1)).to.equal(true);
  });

  it('takes no more from the server than the reader takes', async () => {
    const before = server.sent;
    const result = await ask(connector, 'SELECT endless');
    const reader = result.batches[Symbol.asyncIterator]();
    await reader.next();
    // Until the sockets are full, whatever they hold.
    let last = -1;
    while (last !== server.sent) {
      last = server.sent;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(server.sent - before).to.be.below(100_000);
    await result.close();
  });

  it('stops at the limit of rows', async () => {
    const result = await ask(connector, 'SELECT many', [], { maxRows: 10 });
    expect((await allRows(result)).length).to.equal(10);
    expect(result.truncated).to.equal('rows');
  });

  it('cancels in the server', async () => {
    const before = server.attentions;
    const abort = new AbortController();
    const result = await ask(connector, 'SELECT hangs', [], {}, abort.signal);
    const reading = failure(allRows(result));
    abort.abort();
    expect((await reading).code).to.equal('QUERY_CANCELLED');
    expect(server.attentions).to.equal(before + 1);
    expect(server.running).to.equal(0);
    expect((await allRows(await ask(connector, 'SELECT decimals'))).length).to.equal(3);
  });

  it('cancels in the server when the time is up', async () => {
    const before = server.attentions;
    const reading = failure(ask(connector, 'SELECT hangs', [], { timeoutMs: 50 }).then(allRows));
    expect((await reading).code).to.equal('QUERY_TIMEOUT');
    expect(server.attentions).to.equal(before + 1);
  });

  it('resets the session before another subject gets it', async () => {
    const before = server.resets;
    await allRows(await ask(connector, 'SELECT decimals', [], { subject: 'bob' }));
    expect(server.resets).to.be.above(before);
  });

  it('reads the catalogue', async () => {
    const { tables } = await connector.introspect({}, never());
    expect(tables).to.deep.equal([
      {
        ...{ schema: 'dbo', name: 'orders', kind: 'table', comment: 'What was bought', rowEstimate: 12 },
        columns: [
          { name: 'id', type: 'bigint', nativeType: 'bigint', nullable: false },
          { name: 'amount', type: 'decimal', nativeType: 'decimal(18,4)', nullable: true, comment: 'Net' },
        ],
        ...{ primaryKey: ['id'], uniqueKeys: [], foreignKeys: [] },
      },
      {
        ...{ schema: 'dbo', name: 'lines', kind: 'table', rowEstimate: 0 },
        columns: [
          { name: 'order_id', type: 'bigint', nativeType: 'bigint', nullable: false },
          { name: 'sku', type: 'string', nativeType: 'nvarchar(20)', nullable: true },
        ],
        primaryKey: [],
        uniqueKeys: [['order_id', 'sku']],
        foreignKeys: [{ columns: ['order_id'], toSchema: 'dbo', toTable: 'orders', toColumns: ['id'] }],
      },
    ]);
    expect((await connector.introspect({ schemas: ['other'] }, never())).tables).to.deep.equal([]);
  });

  const codes: readonly (readonly [string, string])[] = [
    ['missing', 'RELATION_NOT_FOUND'],
    ['column', 'COLUMN_NOT_FOUND'],
    ['zero', 'DIVISION_BY_ZERO'],
    ['overflow', 'NUMERIC_OVERFLOW'],
    ['denied', 'PERMISSION_DENIED'],
    ['circle', 'RESOURCES_EXHAUSTED'],
    ['late', 'VALUE_INVALID'],
    ['odd', 'STATEMENT_INVALID'],
    ['twice', 'STATEMENT_INVALID'],
    ['nothing', 'READ_ONLY_VIOLATION'],
  ];
  for (const [word, code] of codes) {
    it(`${word}: ${code}, without secrets`, async () => {
      const { code: found, message } = await failure(ask(connector, `SELECT ${word}`).then(allRows));
      expect(found).to.equal(code);
      expect(message).not.to.contain(password);
    });
  }

  it('refuses wrong passwords, servers that are not there, and users that may write', async () => {
    const start = async (change: object): Promise<{ code: string; message: string }> => {
      const other = await makeConnector('sqlserver', { ...config, ...change });
      const found = await failure(other.start(never()));
      await other.stop();
      return found;
    };
    const wrong = await start({ password: 'wrong-secret-8P' });
    expect(wrong.code).to.equal('AUTHENTICATION_FAILED');
    expect(wrong.message).not.to.contain('wrong-secret-8P');
    expect((await start({ port: 1 })).code).to.equal('CONNECTION_FAILED');
    const mighty = new TdsStandIn((call) =>
      call.text.includes('IS_SRVROLEMEMBER')
        ? { ...harmless, rows: [[tds.int(0), tds.int(1), tds.int(3)]] }
        : respond(call),
    );
    const port = await mighty.listen();
    expect((await start({ port })).code).to.equal('PERMISSION_DENIED');
    expect((await start({ port, allowPrivilegedUser: true })).code).to.equal('none');
    await mighty.stop();
  });
});
