/** Whoever may have groups only asks again and again and subtracts. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { expect } from 'chai';
import fc from 'fast-check';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { createSubject, type Subject } from '../../../core/subject/subject.js';
import { compile } from '../../../semantic/check/compiler.js';
import type { Model } from '../../../semantic/model/model.js';
import type { Filter, SemanticQuery } from '../../../core/query/semantic-query.js';
import type { GroupLedger } from '../../../semantic/policy/group-question.js';
import { planForSubject } from '../../../semantic/policy/plan-for-subject.js';
import { createMemoryLedger } from '../../../src/pipeline/group-ledger.js';
import { isLong } from '../../property/part-of.js';
import { onlyTables } from './only-tables.js';

const minimum = 3;

const yaml = (policies: string): string => `
project: {name: clinic, version: 1, timezone: Europe/Berlin, default_access: closed}
entities:
  visits:
    table: visits
    key: visit_id
    dimensions:
      visit_id: {type: number}
      person: {type: number}
      team: {type: string}
      site: {type: string}
      level: {type: number}
      seen_at: {type: time, stores: utc, default: true}
    measures:
      visits: {count: "*"}
      pay: {sum: pay}
      full_pay: {sum: pay, where: full_time}
      seniors: {count_if: level > 1}
      mean_pay: {average: pay}
  same_visits:
    table: visits
    key: visit_id
    dimensions: {team: {type: string}, site: {type: string}}
    measures: {same_pay: {sum: pay}}
policies:
  - {name: groups, for: everyone, on: visits, aggregate_only: {minimum_group: ${minimum}, of: person, filters: [team, site, level]}}
  - {name: same, for: everyone, on: same_visits, rows: "true"}
${policies}`;

const modelOf = (policies = '', change = (text: string): string => text): Model => {
  const { model, diagnostics } = compile(new Map([['clinic.yaml', change(yaml(policies))]]));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
  return model!;
};

interface Visit {
  readonly person: number;
  readonly team: string | null;
  readonly site: string;
  readonly level: number;
  readonly full_time: boolean | null;
  readonly pay: number | null;
  readonly seen_at: string;
}

type Table = readonly Visit[];
type Answer = readonly (readonly unknown[])[];

class Clinic {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<Clinic> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new Clinic(instance, await instance.connect());
  }

  async fill(table: Table): Promise<void> {
    const text = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));
    await this.#connection.run(
      'CREATE OR REPLACE TABLE visits (visit_id INTEGER, person INTEGER, team VARCHAR, site VARCHAR, level INTEGER, full_time BOOLEAN, pay INTEGER, seen_at TIMESTAMP)',
    );
    const rows = table.map((visit, index) => `(${[index, ...Object.values(visit)].map(text).join(', ')})`);
    if (rows.length > 0) await this.#connection.run(`INSERT INTO visits VALUES ${rows.join(', ')}`);
  }

  /** The rows, or the code of the refusal. */
  async ask(model: Model, query: SemanticQuery, subject: Subject, ledger: GroupLedger): Promise<Answer | string> {
    try {
      const plan = planForSubject(model, query, subject, {
        dialect: 'duckdb',
        lineages: onlyTables,
        now: new Date('2026-06-15T12:00:00Z'),
        features: { timeZones: true },
      });
      const receipt = plan.question === null ? null : await ledger.ask(subject, plan.question);
      const values = plan.parameters.map(({ value }) => value);
      const rows = (await this.#connection.runAndReadAll(plan.text, values)).getRowObjectsJson();
      if (rows.length > 0) await receipt?.answered();
      await receipt?.withheld();
      return rows.map((row) =>
        Object.values(row).map((cell) => (/^-?[\d.]+$/.test(String(cell)) ? Number(cell) : cell)),
      );
    } catch (error) {
      if (error instanceof DataMindError) return error.code;
      throw error;
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

const ada = createSubject({ user: 'ada' });
const visit = (person: number, more: Partial<Visit> = {}): Visit => ({
  ...{ person, team: 'a', site: 'x', level: 1, full_time: true, pay: 100 + person, seen_at: '2026-01-15 12:00:00' },
  ...more,
});

/** Nine people: teams of five and four, sites of five and four, and one person alone in team b at site x. */
const crossed: Table = [
  ...[1, 2, 3, 4].map((person) => visit(person)),
  visit(5, { site: 'y' }),
  visit(6, { site: 'y', team: 'a' }),
  visit(7, { site: 'y', team: 'a' }),
  visit(8, { team: 'b' }),
  ...[9, 10, 11].map((person) => visit(person, { team: 'b', site: 'y' })),
];

interface Attack {
  readonly title: string;
  readonly table: Table;
  /** Each with what it must give: a code, or whether there are rows. */
  readonly steps: readonly (readonly [SemanticQuery, string | boolean])[];
  readonly policies?: string;
}

const isTeam = (team: string): Filter => ({ member: 'team', op: 'eq', values: [team] });
const isSite = (site: string): Filter => ({ member: 'site', op: 'eq', values: [site] });

const attacks: readonly Attack[] = [
  {
    title: 'the total, then the total without a few',
    table: crossed,
    steps: [
      [{ metrics: ['pay'] }, true],
      [{ metrics: ['pay'], filters: { not: { and: [isTeam('b'), isSite('x')] } } }, false],
    ],
  },
  {
    title: 'two splits, each of large groups, whose crossing is small',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], dimensions: ['team'] }, true],
      [{ metrics: ['pay'], dimensions: ['site'] }, 'FORBIDDEN'],
      [{ metrics: ['pay'], dimensions: ['site', 'team'] }, false],
    ],
  },
  {
    title: 'a subset of one split, and a subset of another',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], filters: isTeam('b') }, true],
      [{ metrics: ['pay'], filters: { and: [isTeam('b'), isSite('y')] } }, false],
      [{ metrics: ['pay'], filters: isSite('y') }, 'FORBIDDEN'],
    ],
  },
  {
    title: 'by another name of the same table',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], dimensions: ['team'] }, true],
      [{ metrics: ['same_pay'], dimensions: ['site'] }, 'FORBIDDEN'],
    ],
  },
  {
    title: 'measures with conditions, one after the other',
    table: [...[1, 2, 3, 4].map((person) => visit(person)), visit(5, { full_time: false })],
    steps: [
      [{ metrics: ['pay'] }, true],
      [{ metrics: ['full_pay'] }, false],
    ],
  },
  {
    title: 'measures whose conditions are large each, and differ by a few',
    table: [
      ...[1, 2, 3].map((person) => visit(person, { level: 2 })),
      visit(4, { level: 2, full_time: false }),
      ...[5, 6, 7].map((person) => visit(person, { full_time: false })),
    ],
    steps: [
      [{ metrics: ['full_pay'] }, true],
      [{ metrics: ['seniors'] }, 'FORBIDDEN'],
      [{ metrics: ['full_pay', 'seniors'] }, false],
    ],
  },
  {
    title: 'who has no value',
    table: [...[1, 2, 3, 4].map((person) => visit(person)), visit(5, { pay: null })],
    steps: [[{ metrics: ['pay', 'visits'] }, false]],
  },
  {
    title: 'the order and a window of rows show no more than all of them',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], dimensions: ['team', 'site'], order: [{ by: 'pay' }], limit: 1 }, false],
      [{ metrics: ['pay'], dimensions: ['team', 'site'], offset: 1 }, false],
      [{ metrics: ['pay'], dimensions: ['team', 'site'], limit: 0 }, false],
    ],
  },
  {
    title: 'conditions on what is shown',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], dimensions: ['team'], filters: { member: 'pay', op: 'gt', values: [1] } }, 'FORBIDDEN'],
    ],
  },
  {
    title: 'filters on the unit, on a time, on the key',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], filters: { member: 'person', op: 'ne', values: [8] } }, 'FORBIDDEN'],
      [{ metrics: ['pay'], filters: { member: 'visits.visit_id', op: 'lt', values: [3] } }, 'FORBIDDEN'],
      [{ metrics: ['pay'], filters: { member: 'metric_time', op: 'lt', values: ['2026-01-15'] } }, 'FORBIDDEN'],
      [{ metrics: ['pay'], time: { range: ['2026-01-01', '2026-02-01'] } }, 'FORBIDDEN'],
      [{ metrics: ['pay'], time: { range: '2026', compare: 'previous year' } }, 'FORBIDDEN'],
    ],
  },
  {
    title: 'months cut at the midnights of two time zones',
    table: [
      ...[1, 2, 3, 4].map((person) => visit(person)),
      visit(5, { seen_at: '2026-01-31 23:30:00' }),
      ...[6, 7, 8].map((person) => visit(person, { seen_at: '2026-02-15 12:00:00' })),
    ],
    steps: [
      [{ metrics: ['pay'], dimensions: [{ name: 'seen_at', grain: 'month' }] }, true],
      [{ metrics: ['pay'], dimensions: [{ name: 'seen_at', grain: 'month' }], timezone: 'UTC' }, 'FORBIDDEN'],
    ],
  },
  {
    title: 'the same time by two grains',
    table: [
      ...[1, 2, 3].map((person) => visit(person, { seen_at: '2026-01-15 12:00:00' })),
      visit(4, { seen_at: '2026-01-29 12:00:00' }),
      ...[5, 6, 7].map((person) => visit(person, { seen_at: '2026-02-01 12:00:00' })),
    ],
    steps: [
      [{ metrics: ['pay'], dimensions: [{ name: 'seen_at', grain: 'month' }] }, true],
      [{ metrics: ['pay'], dimensions: [{ name: 'seen_at', grain: 'week' }] }, 'FORBIDDEN'],
    ],
  },
  {
    title: 'what was withheld bars nothing; what was answered does',
    table: crossed,
    steps: [
      [{ metrics: ['pay'], dimensions: ['team', 'site'] }, false],
      [{ metrics: ['pay'], dimensions: ['team'] }, true],
      [{ metrics: ['pay'], dimensions: ['team'], filters: isTeam('a') }, true],
    ],
  },
  {
    title: 'all at once first, then each part',
    table: crossed.filter(({ person }) => person !== 8),
    steps: [
      [{ metrics: ['pay'], dimensions: ['team', 'site'] }, true],
      [{ metrics: ['pay'], dimensions: ['site'] }, true],
      [{ metrics: ['pay'], dimensions: ['team'], filters: isSite('y') }, true],
    ],
  },
];

describe('differencing', () => {
  let clinic: Clinic;
  before(async () => {
    clinic = await Clinic.open();
  });
  after(() => clinic.close());

  for (const { title, table, steps } of attacks) {
    it(title, async () => {
      await clinic.fill(table);
      const ledger = createMemoryLedger();
      const found: (string | boolean)[] = [];
      for (const [query] of steps) {
        const answer = await clinic.ask(modelOf(), query, ada, ledger);
        found.push(typeof answer === 'string' ? answer : answer.length > 0);
      }
      expect(found).to.deep.equal(steps.map(([, expected]) => expected));
    });
  }

  for (const spelling of ['visits', 'main.visits', 'MAIN.Visits', '\'"visits"\'']) {
    it(`one table has one memory, also as ${spelling}`, async () => {
      await clinic.fill(crossed);
      const ledger = createMemoryLedger();
      const model = modelOf('', (text) => text.replace(/(same_visits:\n {4}table: )visits/, `$1${spelling}`));
      expect(await clinic.ask(model, { metrics: ['pay'], dimensions: ['team'] }, ada, ledger)).to.have.length(2);
      const again = await clinic.ask(model, { metrics: ['same_pay'], dimensions: ['same_visits.site'] }, ada, ledger);
      expect(again).to.equal('FORBIDDEN');
    });
  }

  it('one user does not spend what another may ask', async () => {
    await clinic.fill(crossed);
    const ledger = createMemoryLedger();
    const bob = createSubject({ user: 'bob' });
    expect(await clinic.ask(modelOf(), { metrics: ['pay'], dimensions: ['team'] }, ada, ledger)).to.have.length(2);
    expect(await clinic.ask(modelOf(), { metrics: ['pay'], dimensions: ['site'] }, bob, ledger)).to.have.length(2);
    const sameAda = createSubject({ user: 'ada', attributes: { new: 'attribute' }, project: 'other' });
    expect(await clinic.ask(modelOf(), { metrics: ['pay'], dimensions: ['site'] }, sameAda, ledger)).to.equal(
      'FORBIDDEN',
    );
  });

  describe('a budget', () => {
    const limited =
      '  - {name: few, for: everyone, on: visits, aggregate_only: {minimum_group: 2, of: person, filters: [team], budget: {answers: 2, per: week}}}';

    it('counts different questions, and those no longer after their time', async () => {
      await clinic.fill(crossed);
      let now = Date.parse('2026-06-01T00:00:00Z');
      const ledger = createMemoryLedger(() => now);
      const model = modelOf(limited);
      const ask = (query: SemanticQuery): Promise<Answer | string> => clinic.ask(model, query, ada, ledger);
      expect(await ask({ metrics: ['pay'], filters: isTeam('a') })).to.have.length(1);
      expect(await ask({ metrics: ['pay'], filters: isTeam('b') })).to.have.length(1);
      expect(await ask({ metrics: ['visits'], filters: isTeam('b') })).to.equal('FORBIDDEN');
      expect(await ask({ metrics: ['pay'], filters: isTeam('b') })).to.have.length(1);
      // The month of the other policy outlasts the week.
      now += 8 * 86_400_000;
      expect(await ask({ metrics: ['visits'], filters: isTeam('b') })).to.equal('FORBIDDEN');
      now += 23 * 86_400_000;
      expect(await ask({ metrics: ['visits'], filters: isTeam('b') })).to.have.length(1);
    });
  });

  describe("one's own beside everyone's", () => {
    const own =
      '  - {name: own, for: everyone, on: visits, rows: person = subject.person}\n  - {name: own_too, for: everyone, on: same_visits, rows: person = subject.person}';
    const mia = createSubject({ user: 'mia', attributes: { person: 8 } });

    it('shows both', async () => {
      await clinic.fill(crossed);
      const answer = await clinic.ask(
        modelOf(own),
        { metrics: ['pay', 'mean_pay'], dimensions: ['team'], order: [{ by: 'team' }], beside: 'everyone' },
        mia,
        createMemoryLedger(),
      );
      expect(answer).to.deep.equal([
        ['a', null, 728, null, 104],
        ['b', 108, 438, 108, 109.5],
      ]);
    });

    it('with as many others as it needs, and none less', async () => {
      const small = crossed.filter(({ person }) => person !== 11);
      await clinic.fill(small);
      const query: SemanticQuery = { metrics: ['pay'], dimensions: ['team'], beside: 'everyone' };
      // Three in team b, of whom she is one: the others are two.
      expect(await clinic.ask(modelOf(own), query, mia, createMemoryLedger())).to.deep.equal([]);
      const stranger = createSubject({ user: 'kim', attributes: { person: 99 } });
      expect(await clinic.ask(modelOf(own), query, stranger, createMemoryLedger())).to.have.length(2);
    });

    it('a group of nobody else', async () => {
      await clinic.fill([...crossed, visit(8, { team: 'c' })]);
      const query: SemanticQuery = { metrics: ['pay'], dimensions: ['team'], beside: 'everyone' };
      expect(await clinic.ask(modelOf(own), query, mia, createMemoryLedger())).to.have.length(3);
    });

    it('other questions show her own rows only', async () => {
      await clinic.fill(crossed);
      expect(await clinic.ask(modelOf(own), { metrics: ['pay'] }, mia, createMemoryLedger())).to.deep.equal([[108]]);
    });

    it("there must be rows of one's own, and groups of everyone's", async () => {
      await clinic.fill(crossed);
      const query: SemanticQuery = { metrics: ['pay'], beside: 'everyone' };
      expect(await clinic.ask(modelOf(), query, mia, createMemoryLedger())).to.equal('FORBIDDEN');
    });
  });

  it('no number of answers tells of a group that is too small', async function () {
    this.timeout(60_000);
    const model = modelOf();
    let answered = 0;
    const arbitraryVisit = fc.record<Visit>({
      person: fc.integer({ min: 1, max: 12 }),
      team: fc.constantFrom('a', 'a', 'b', null),
      site: fc.constantFrom('x', 'x', 'y'),
      level: fc.constantFrom(1, 2),
      full_time: fc.constantFrom(true, true, true, false, null),
      pay: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 99 }) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
      seen_at: fc.constant('2026-01-15 12:00:00'),
    });
    const arbitraryFilter: fc.Arbitrary<Filter> = fc.oneof(
      fc.record({
        member: fc.constantFrom('team', 'site'),
        op: fc.constantFrom('eq', 'ne'),
        values: fc.constantFrom(['a'], ['x'], ['b']),
      }),
      fc.record({ member: fc.constant('level'), op: fc.constantFrom('gt', 'lte', 'eq'), values: fc.constant([1]) }),
      fc.record({ member: fc.constant('team'), op: fc.constantFrom('is_null', 'not_null') }),
    ) as fc.Arbitrary<Filter>;
    const arbitraryQuery: fc.Arbitrary<SemanticQuery> = fc
      .record({
        metrics: fc.uniqueArray(fc.constantFrom('visits', 'pay', 'full_pay', 'seniors'), {
          minLength: 1,
          maxLength: 2,
        }),
        dimensions: fc.uniqueArray(fc.constantFrom('team', 'site', 'level'), { maxLength: 2 }),
        filter: fc.option(
          fc.oneof(
            arbitraryFilter,
            fc.record({ and: fc.tuple(arbitraryFilter, arbitraryFilter) }),
            fc.record({ not: arbitraryFilter }),
          ),
        ),
      })
      .map(({ filter, ...rest }) => ({ ...rest, ...(filter !== null && { filters: filter as Filter }) }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryVisit, { minLength: 10, maxLength: 60 }),
        fc.array(arbitraryQuery, { minLength: 2, maxLength: 8 }),
        async (table, queries) => {
          await clinic.fill(table);
          const ledger = createMemoryLedger();
          /** For each row, in which of all the sums that were shown it is. */
          const patterns = table.map((): string[] => []);
          for (const query of queries) {
            const answer = await clinic.ask(model, query, ada, ledger);
            if (typeof answer === 'string' || answer.length === 0) continue;
            answered += 1;
            const sums = naiveSums(table, query, patterns);
            expect([...answer].map((row) => JSON.stringify(row)).sort()).to.deep.equal(sums);
          }
          const classes = new Map<string, Set<number>>();
          table.forEach(({ person }, index) => {
            const pattern = patterns[index]!.join(';');
            if (pattern !== '') classes.set(pattern, (classes.get(pattern) ?? new Set()).add(person));
          });
          for (const [pattern, people] of classes) expect(people.size, pattern).to.be.at.least(minimum);
        },
      ),
      { numRuns: isLong ? 600 : 150 },
    );
    expect(answered, 'questions that were answered').to.be.above(50);
  });
});

const holds = (filter: Filter | undefined, row: Visit): boolean | null => {
  if (filter === undefined) return true;
  if ('and' in filter) {
    const parts = filter.and.map((part) => holds(part, row));
    return parts.includes(false) ? false : parts.includes(null) ? null : true;
  }
  if ('not' in filter) {
    const inner = holds(filter.not, row);
    return inner === null ? null : !inner;
  }
  if ('or' in filter || 'metric' in filter) throw new Error('not made here');
  const value = row[filter.member as 'team' | 'site' | 'level'];
  if (filter.op === 'is_null') return value === null;
  if (filter.op === 'not_null') return value !== null;
  if (value === null) return null;
  const [other] = filter.values!;
  if (filter.op === 'eq') return value === other;
  if (filter.op === 'ne') return value !== other;
  return filter.op === 'gt' ? value > other! : value <= other!;
};

const counted: Readonly<Record<string, (row: Visit) => boolean>> = {
  visits: () => true,
  pay: ({ pay }) => pay !== null,
  full_pay: ({ pay, full_time }) => pay !== null && full_time === true,
  seniors: ({ level }) => level > 1,
};

/** The answer by another way, in sorted texts; notes for each row which sums it is in. */
const naiveSums = (table: Table, query: SemanticQuery, patterns: readonly string[][]): readonly string[] => {
  const dimensions = (query.dimensions ?? []) as readonly ('team' | 'site' | 'level')[];
  const groups = new Map<string, number[]>();
  if (dimensions.length === 0) groups.set('[]', []);
  table.forEach((row, index) => {
    if (holds(query.filters, row) !== true) return;
    const key = JSON.stringify(dimensions.map((name) => row[name]));
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  return [...groups]
    .map(([key, members]) => {
      const sums = query.metrics!.map((metric) => {
        const rows = members.filter((index) => counted[metric]!(table[index]!));
        for (const index of rows) patterns[index]!.push(`${JSON.stringify(query.filters)} ${key} ${metric}`);
        if (metric === 'visits' || metric === 'seniors') return rows.length;
        return rows.length === 0 ? null : rows.reduce((sum, index) => sum + table[index]!.pay!, 0);
      });
      return JSON.stringify([...(JSON.parse(key) as unknown[]), ...sums]);
    })
    .sort();
};
