/** The connector for Snowflake against a stand-in that speaks as its service does to the driver: Snowflake itself was never asked. */
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import type { Connector } from '../../core/plugin/contract.js';
import { SnowflakeStandIn, type WireAnswer, type WireCall, type WireError } from './snowflake-server.js';
import { allRows, ask, failure, makeConnector, never } from './start-connector.js';

const password = 'snow-secret-4M';
const text = (...names: readonly string[]): WireAnswer['columns'] => names.map((name) => ({ name, type: 'text' }));
const partRows = 1_000;

const answers: Readonly<Record<string, WireAnswer | WireError | 'hangs'>> = {
  types: {
    columns: [
      { name: 'small', type: 'fixed', precision: 9, scale: 0 },
      { name: 'big', type: 'fixed', precision: 18, scale: 0 },
      { name: 'whole', type: 'fixed', precision: 38, scale: 0 },
      { name: 'decimal', type: 'fixed', precision: 38, scale: 10 },
      { name: 'float', type: 'real' },
      { name: 'nan', type: 'real' },
      { name: 'boolean', type: 'boolean' },
      { name: 'text', type: 'text' },
      { name: 'date', type: 'date' },
      { name: 'time', type: 'time', scale: 9 },
      { name: 'ntz', type: 'timestamp_ntz', scale: 9 },
      { name: 'tz', type: 'timestamp_tz', scale: 9 },
      { name: 'ltz', type: 'timestamp_ltz', scale: 9 },
      { name: 'binary', type: 'binary' },
      { name: 'variant', type: 'variant' },
    ],
    rows: [
      [
        ...[
          '-7',
          '999999999999999999',
          '12345678901234567890123456789012345678',
          '-1234567890123456789012345678.0123456789',
        ],
        ...['0.30000000000000004', 'NaN', '1', "😀 é 'x'", '19782', '45296.123456789'],
        // The seconds since 1970; of one with a zone the minutes behind it, counted from 1440.
        ...[
          '1709210096.789012345',
          '1709210096.789012345 1770',
          '-1.000000001',
          '0001ff',
          '{"a":12345678901234567890}',
        ],
      ],
      // No JSON, and a program that must not run.
      [...Array.from({ length: 14 }, () => null), 'process.exitCode = 3'],
      Array.from({ length: 15 }, () => null),
    ],
  },
  many: {
    columns: [{ name: 'n', type: 'fixed', precision: 9, scale: 0 }],
    rows: [['0']],
    parts: Array.from({ length: 60 }, (_, part) => ({
      count: partRows,
      row: (index: number) => [String(1 + part * partRows + index)],
    })),
  },
  hangs: 'hangs',
  missing: { code: '002003', state: '42S02', message: "Object 'X' does not exist or not authorized." },
  column: { code: '000904', state: '42000', message: "invalid identifier 'X'" },
  syntax: { code: '001003', state: '42000', message: 'SQL compilation error' },
  zero: { code: '100051', state: '22012', message: 'Division by zero' },
  cast: { code: '100038', state: '22018', message: `Numeric value '${password}' is not recognized` },
  denied: { code: '003001', state: '42501', message: 'Insufficient privileges' },
  gone: { code: '390111', state: '08001', message: 'Session no longer exists.' },
};

const respond = ({ text: sql }: WireCall): WireAnswer | WireError | 'hangs' => {
  if (sql.includes('CURRENT_ROLE')) return { columns: text('role'), rows: [['READER']] };
  if (sql.includes('INFORMATION_SCHEMA.TABLES')) {
    return {
      columns: [
        ...text('schema', 'name', 'kind', 'comment'),
        { name: 'estimate', type: 'fixed', precision: 38, scale: 0 },
      ],
      rows: [['PUBLIC', 'ORDERS', 'table', 'What was bought', '12']],
    };
  }
  if (sql.includes('INFORMATION_SCHEMA.COLUMNS')) {
    return {
      columns: text('schema', 'table', 'name', 'type', 'precision', 'scale', 'nullable', 'comment'),
      rows: [
        ['PUBLIC', 'ORDERS', 'ID', 'NUMBER', '38', '0', 'NO', null],
        ['PUBLIC', 'ORDERS', 'PAID_AT', 'TIMESTAMP_TZ', null, null, 'YES', 'When'],
      ],
    };
  }
  const [, word = ''] = /^(?:\/\* \S+ \*\/ )?SELECT (\w+)/.exec(sql) ?? [];
  return answers[word] ?? { columns: text('status'), rows: [['done']] };
};

describe('the connector for Snowflake', function () {
  this.timeout(60_000);
  let service: SnowflakeStandIn;
  let connector: Connector;
  let config: Record<string, unknown>;
  before(async () => {
    service = new SnowflakeStandIn(respond);
    service.accepts = ({ PASSWORD }) => PASSWORD === password;
    const endpoint = await service.listen();
    config = {
      ...{
        account: 'acme-test',
        endpoint,
        user: 'reader',
        password,
        role: 'READER',
        warehouse: 'REPORTING',
        database: 'SHOP',
      },
      ...{ connectTimeoutMs: 5_000 },
    };
    connector = await makeConnector('snowflake', config);
    await connector.start(never());
  });
  after(async () => {
    await connector.stop();
    await service.stop();
  });

  it('takes its role alone, commits nothing, and leaves no log behind', () => {
    expect(service.logins[0]).to.include({ LOGIN_NAME: 'reader', role: 'READER', warehouse: 'REPORTING' });
    const texts = service.calls.map(({ text: sql }) => sql);
    expect(texts[0]).to.match(/^ALTER SESSION SET TIMEZONE = 'UTC', AUTOCOMMIT = FALSE/);
    expect(texts[1]).to.equal('USE SECONDARY ROLES NONE');
    expect(existsSync('snowflake.log')).to.equal(false);
  });

  it('loses nothing of any type', async () => {
    const result = await ask(connector, 'SELECT types');
    expect(result.columns.map(({ type }) => type)).to.deep.equal([
      ...['integer', 'bigint', 'decimal', 'decimal', 'float', 'float', 'boolean', 'string', 'date', 'time'],
      ...['timestamp', 'timestamptz', 'timestamptz', 'binary', 'json'],
    ]);
    const [row, odd, nulls] = await allRows(result);
    expect(row).to.deep.equal([
      -7,
      '999999999999999999',
      '12345678901234567890123456789012345678',
      '-1234567890123456789012345678.0123456789',
      0.30000000000000004,
      'NaN',
      true,
      "😀 é 'x'",
      '2024-02-29',
      '12:34:56.123456789',
      '2024-02-29T12:34:56.789012345',
      '2024-02-29T12:34:56.789012345Z',
      '1969-12-31T23:59:58.999999999Z',
      Buffer.from([0, 1, 255]).toString('base64'),
      '{"a":12345678901234567890}',
    ]);
    expect(odd!.at(-1)).to.equal('process.exitCode = 3');
    expect(process.exitCode).not.to.equal(3);
    expect(nulls).to.deep.equal(Array.from({ length: 15 }, () => null));
  });

  it('sends values beside the text, as text', async () => {
    await allRows(
      await ask(connector, 'SELECT types', [
        { type: 'string', value: "x' --" },
        { type: 'bigint', value: '9223372036854775807' },
        { type: 'decimal', value: '0.1234567890123456789' },
        { type: 'boolean', value: true },
        { type: 'timestamptz', value: '2024-01-01T00:00:00.000+00:00' },
        { type: 'date', value: null },
      ]),
    );
    expect(service.calls.findLast(({ text: sql }) => sql === 'SELECT types')!.binds).to.deep.equal([
      ...["x' --", '9223372036854775807', '0.1234567890123456789', 'true', '2024-01-01T00:00:00.000+00:00', null],
    ]);
  });

  it('gives all rows, in order, part by part', async () => {
    const rows = await allRows(await ask(connector, 'SELECT many'));
    expect(rows.length).to.equal(60 * partRows + 1);
    expect(rows.every(([n], index) => n === index)).to.equal(true);
  });

  it('fetches no more parts than the reader takes', async () => {
    const before = service.fetched;
    const result = await ask(connector, 'SELECT many');
    await result.batches[Symbol.asyncIterator]().next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(service.fetched - before).to.be.below(30);
    await result.close();
  });

  it('stops at the limit of rows', async () => {
    const result = await ask(connector, 'SELECT many', [], { maxRows: 10 });
    expect((await allRows(result)).length).to.equal(10);
    expect(result.truncated).to.equal('rows');
  });

  it('cancels in the service', async () => {
    const before = service.aborts;
    const abort = new AbortController();
    const asking = failure(ask(connector, 'SELECT hangs', [], {}, abort.signal));
    while (!service.calls.some(({ text: sql }) => sql === 'SELECT hangs'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    expect((await asking).code).to.equal('QUERY_CANCELLED');
    expect(service.aborts).to.equal(before + 1);
  });

  it('cancels in the service when the time is up', async () => {
    const before = service.aborts;
    expect((await failure(ask(connector, 'SELECT hangs', [], { timeoutMs: 300 }))).code).to.equal('QUERY_TIMEOUT');
    expect(service.aborts).to.equal(before + 1);
  });

  it('reads the catalogue, and claims no keys', async () => {
    const { tables } = await connector.introspect({}, never());
    expect(tables).to.deep.equal([
      {
        ...{ schema: 'PUBLIC', name: 'ORDERS', kind: 'table', comment: 'What was bought', rowEstimate: 12 },
        columns: [
          { name: 'ID', type: 'decimal', nativeType: 'NUMBER(38,0)', nullable: false },
          { name: 'PAID_AT', type: 'timestamptz', nativeType: 'TIMESTAMP_TZ', nullable: true, comment: 'When' },
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
    ['cast', 'VALUE_INVALID'],
    ['denied', 'PERMISSION_DENIED'],
    ['gone', 'CONNECTION_LOST'],
  ];
  for (const [word, code] of codes) {
    it(`${word}: ${code}, without secrets`, async () => {
      const { code: found, message } = await failure(ask(connector, `SELECT ${word}`).then(allRows));
      expect(found).to.equal(code);
      expect(message).not.to.contain(password);
    });
  }

  it('refuses wrong passwords, two ways at once, and roles of administrators', async () => {
    const start = async (change: object): Promise<{ code: string; message: string }> => {
      const other = await makeConnector('snowflake', { ...config, ...change });
      const found = await failure(other.start(never()));
      await other.stop();
      return found;
    };
    const wrong = await start({ password: 'wrong-secret-8P' });
    expect(wrong.code).to.equal('AUTHENTICATION_FAILED');
    expect(wrong.message).not.to.contain('wrong-secret-8P');
    expect((await start({ token: 'x' })).code).to.equal('CONFIG_INVALID');
    const admin = new SnowflakeStandIn((call) =>
      call.text.includes('CURRENT_ROLE') ? { columns: text('role'), rows: [['ACCOUNTADMIN']] } : respond(call),
    );
    const endpoint = await admin.listen();
    expect((await start({ endpoint })).code).to.equal('PERMISSION_DENIED');
    expect((await start({ endpoint, allowPrivilegedUser: true })).code).to.equal('none');
    await admin.stop();
  });
});
