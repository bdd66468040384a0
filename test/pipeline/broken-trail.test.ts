/** The audit trail fails at each moment: nothing runs that it does not have, and what ran is told all the same. */
import { expect } from 'chai';
import { shopWith, someone } from '../semantic/policy/guarded-shop.js';
import { type Asked, type Failing, Pipeline } from './pipeline.js';
import { recording } from './recording.js';

const model = shopWith(`policies:
  - {name: few, for: everyone, on: customers, rows: customer_id < 3}
  - {name: none, for: {users: [nobody]}, on: staff, rows: "true"}
`);
const subject = someone();

/** What is asked, what becomes of it, the entries it leaves, and whether a database is asked. */
interface Moment {
  readonly title: string;
  readonly asked: Pick<Asked, 'sql' | 'query'>;
  readonly failing: Failing;
  readonly told: string;
  readonly entries: readonly string[];
  readonly ran: readonly string[];
}

const sql = 'SELECT name FROM customers ORDER BY customer_id';
const query = { metrics: ['customer_count'] };
const withTotals = { metrics: ['customer_count'], dimensions: ['customers.name'], totals: true };
const refused = 'SELECT salary FROM staff';
/** SQLite has no such number. */
const fails = 'SELECT abs(-9223372036854775807 - customer_id) AS x FROM customers';

const moments: readonly Moment[] = [
  {
    title: 'SQL',
    asked: { sql },
    failing: null,
    told: '[["Ada"],["Bob"]]',
    entries: ['statement.run done'],
    ran: ['trail', 'main'],
  },
  { title: 'SQL', asked: { sql }, failing: 'begin', told: 'AUDIT_UNAVAILABLE', entries: [], ran: [] },
  {
    title: 'SQL',
    asked: { sql },
    failing: 'finish',
    told: '[["Ada"],["Bob"]]',
    entries: ['statement.run open'],
    ran: ['trail', 'main'],
  },
  {
    title: 'a semantic query',
    asked: { query },
    failing: null,
    told: '[[2]]',
    entries: ['statement.run done'],
    ran: ['trail', 'main'],
  },
  { title: 'a semantic query', asked: { query }, failing: 'begin', told: 'AUDIT_UNAVAILABLE', entries: [], ran: [] },
  {
    title: 'a semantic query',
    asked: { query },
    failing: 'finish',
    told: '[[2]]',
    entries: ['statement.run open'],
    ran: ['trail', 'main'],
  },
  {
    title: 'a semantic query with totals',
    asked: { query: withTotals },
    failing: null,
    told: '[["Ada",1],["Bob",1]]',
    entries: ['statement.run done', 'statement.run done'],
    ran: ['trail', 'main', 'trail', 'main'],
  },
  {
    title: 'a semantic query with totals',
    asked: { query: withTotals },
    failing: 'begin',
    told: 'AUDIT_UNAVAILABLE',
    entries: [],
    ran: [],
  },
  {
    title: 'SQL that is refused',
    asked: { sql: refused },
    failing: null,
    told: 'TABLE_CLOSED',
    entries: ['statement.refuse denied TABLE_CLOSED'],
    ran: ['trail'],
  },
  {
    title: 'SQL that is refused',
    asked: { sql: refused },
    failing: 'begin',
    told: 'AUDIT_UNAVAILABLE',
    entries: [],
    ran: [],
  },
  {
    title: 'SQL that is refused',
    asked: { sql: refused },
    failing: 'finish',
    told: 'TABLE_CLOSED',
    entries: ['statement.refuse open'],
    ran: ['trail'],
  },
  {
    title: 'SQL that fails',
    asked: { sql: fails },
    failing: null,
    told: 'NUMERIC_OVERFLOW',
    entries: ['statement.run failed NUMERIC_OVERFLOW'],
    ran: ['trail', 'main'],
  },
  {
    title: 'SQL that fails',
    asked: { sql: fails },
    failing: 'finish',
    told: 'NUMERIC_OVERFLOW',
    entries: ['statement.run open'],
    ran: ['trail', 'main'],
  },
];

describe('a trail that cannot be written', function () {
  this.timeout(60_000);
  let pipeline: Pipeline;
  before(async () => {
    pipeline = await Pipeline.open();
  });
  beforeEach(() => {
    pipeline.failing = null;
    pipeline.forget();
    recording.length = 0;
  });
  after(() => pipeline.close());

  const how = { correlationId: 'test', signal: new AbortController().signal, maxRows: 10, stream: false };

  for (const { title, asked, failing, told, entries, ran } of moments)
    it(`${title}, ${failing === null ? 'where it can' : `at its ${failing}`}: ${told}`, async () => {
      pipeline.failing = failing;
      const outcome = await pipeline.ask({ model, subject, ...asked }, { fresh: true }).then(
        ({ rows }) => JSON.stringify(rows),
        (error: unknown) => String((error as { readonly code?: unknown }).code ?? error),
      );
      expect(outcome).to.equal(told);
      expect(pipeline.outcomes).to.deep.equal(entries);
      expect(recording.map(({ connection }) => connection)).to.deep.equal(ran);
      const complaints = pipeline.log.filter((line) => line.includes('the disk is full'));
      expect(complaints.length > 0, 'the operator is told').to.equal(failing !== null);
    });

  for (const asked of [{ sql: 'SELECT name FROM customers' }, { query: { metrics: ['order_count'] } }])
    it(`is written of an answer from the cache, which is not given when it cannot: ${JSON.stringify(asked)}`, async () => {
      const answer = () => pipeline.ask({ model, subject, ...asked }, { fresh: false });
      await answer();
      await answer();
      expect(pipeline.outcomes).to.deep.equal(['statement.run done', 'statement.cached done']);
      const [ran] = recording.splice(0);
      expect(ran).to.include({ connection: 'trail' });
      pipeline.failing = 'begin';
      expect(await answer().catch((error: unknown) => error)).to.include({ code: 'AUDIT_UNAVAILABLE' });
      pipeline.failing = null;
      await answer();
      expect(pipeline.outcomes.length).to.equal(3);
    });

  it('is written for each who waits for the same statement', async () => {
    const asked = { model, subject, query: { metrics: ['customer_count'], dimensions: ['customers.name'] } };
    await Promise.all([1, 2, 3].map(() => pipeline.ask(asked, { fresh: false })));
    expect([...pipeline.outcomes].sort()).to.deep.equal([
      'statement.cached done',
      'statement.cached done',
      'statement.run done',
    ]);
  });

  it('is written of a reader who leaves', async () => {
    const prepared = await pipeline.prepare({ model, subject, sql });
    await (await pipeline.executor.run(prepared, { ...how, stream: true })).close();
    expect(pipeline.outcomes).to.deep.equal(['statement.run cancelled QUERY_CANCELLED']);
  });

  it('lets only that run which was prepared here', async () => {
    const other = await Pipeline.open();
    try {
      const prepared = await pipeline.prepare({ model, subject, sql });
      for (const [executor, forged] of [
        [pipeline.executor, { ...prepared }],
        [pipeline.executor, Object.create(prepared) as typeof prepared],
        [other.executor, prepared],
      ] as const) {
        const failure = await executor.run(forged, how).then(
          () => 'runs',
          (error: unknown) => String(error),
        );
        expect(failure).to.match(/only what prepare returned can run/);
      }
      expect(recording).to.deep.equal([]);
    } finally {
      await other.close();
    }
  });
});
