/** Runs one random case on one engine and compares each query with the judge. */
import type { Cell, Row } from '../../core/plugin/contract.js';
import { createRowSpeller } from '../../src/pipeline/spell-cells.js';
import type { ReferenceQuery } from '../reference/authored-model.js';
import { type Answer, evaluate, type Outcome } from '../reference/evaluate.js';
import { leavesOf, metricTree } from '../reference/metric-tree.js';
import { BeyondTheJudge } from '../reference/refusal.js';
import { spell } from '../reference/value.js';
import type { RandomCase } from './arbitrary-case.js';
import { type PlannedAnswer, type PlanOutcome, planQuery, plannerOf, yamlOf } from './ask-planner.js';
import { difference } from './compare-answers.js';
import type { Database } from './database.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

/** What went by, over many cases. */
export class Tally {
  answered = 0;
  refused = 0;
  /** Of those answered, how many asked for shares of totals, and how many for the first rows of each group. */
  readonly parts = new Map<string, number>();
  /** Refused by both, with another code. */
  readonly otherCodes = new Map<string, number>();
  /** Answered by the judge, but not possible on this engine. */
  readonly unsupported = new Map<string, number>();

  get cases(): number {
    return this.answered + this.refused;
  }
}

const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** A difference between planner and judge, with everything that is needed to see it again. */
export class Disagreement extends Error {
  readonly reason: string;

  constructor(reason: string, report: string) {
    super(`${reason}\n${report}`);
    this.name = 'Disagreement';
    this.reason = reason;
  }
}

const estimatesOf = (random: RandomCase, query: ReferenceQuery): ReadonlySet<string> =>
  new Set(
    (query.metrics ?? []).flatMap((name) => {
      const isEstimate = leavesOf(metricTree(random.model, name)).some(
        ({ entity, measure }) => random.model.entities[entity]!.measures![measure]!.approx_distinct !== undefined,
      );
      return isEstimate ? [name, `${name}__previous`, `${name}__change`, `${name}__percent`] : [];
    }),
  );

const table = (rows: readonly (readonly unknown[])[]): string =>
  rows.length === 0 ? '  (none)' : rows.map((row) => `  ${JSON.stringify(row)}`).join('\n');

function report(
  random: RandomCase,
  query: ReferenceQuery,
  dialect: TextDialect,
  sql: string,
  expected: string,
  actual: string,
): string {
  const data = Object.entries(random.data).map(
    ([name, { columns, rows }]) =>
      `${name} (${Object.entries(columns)
        .map((pair) => pair.join(' '))
        .join(', ')})\n${table(rows)}`,
  );
  return [
    `engine: ${dialect}; now: ${random.now}`,
    `yaml:\n${yamlOf(random.model)}`,
    `rows:\n${data.join('\n')}`,
    `query:\n  ${JSON.stringify(query)}`,
    `sql:\n${sql}`,
    `expected:\n${expected}`,
    `actual:\n${actual}`,
  ].join('\n\n');
}

const namesOf = ({ columns }: PlannedAnswer): readonly string[] => columns.map(({ name }) => name);

const answerText = ({ columns, rows, totals }: Answer): string =>
  [
    `  ${JSON.stringify(columns.map(({ name }) => name))}`,
    table(rows.map((row) => row.map(spell))),
    ...(totals ? [`  totals ${JSON.stringify(totals.map(spell))}`] : []),
  ].join('\n');

function judged(random: RandomCase, query: ReferenceQuery, now: number): Outcome | null {
  try {
    return evaluate(random.model, random.data, query, now);
  } catch (error) {
    if (error instanceof BeyondTheJudge) return null;
    throw error;
  }
}

/** @throws Disagreement */
export async function judgeCase(random: RandomCase, database: Database, tally: Tally): Promise<void> {
  const { dialect } = database.engine;
  const planner = plannerOf(yamlOf(random.model));
  if ('problems' in planner)
    throw new Disagreement('the compiler refuses a sound model', `${planner.problems}\n\n${yamlOf(random.model)}`);
  await database.write(random.data);
  const { timeZones } = await database.capabilities();
  for (const query of random.queries) {
    const now = Date.parse(random.now);
    const expected = judged(random, query, now);
    if (expected === null) {
      count(tally.unsupported, 'more periods than the judge has time for');
      continue;
    }
    const plan = planQuery(planner, query, dialect, { now, features: { timeZones } });
    await judgeQuery(random, query, expected, plan, database, tally);
  }
}

async function judgeQuery(
  random: RandomCase,
  query: ReferenceQuery,
  expected: Outcome,
  plan: PlanOutcome,
  database: Database,
  tally: Tally,
): Promise<void> {
  const { dialect } = database.engine;
  const fail = (reason: string, sql: string, wanted: string, actual: string): never => {
    throw new Disagreement(reason, report(random, query, dialect, sql, wanted, actual));
  };
  if ('refused' in expected) {
    const wanted = `  refused: ${expected.refused} (${expected.why})`;
    if (!('refused' in plan))
      return fail('the planner answers what must be refused', plan.text, wanted, '  a statement');
    if (plan.refused === 'crash') return fail('the planner crashes', '', wanted, plan.why);
    if (plan.refused !== expected.refused) count(tally.otherCodes, `${expected.refused} / ${plan.refused}`);
    tally.refused += 1;
    return;
  }
  if ('refused' in plan) {
    if (plan.refused !== 'UNSUPPORTED_ON_DIALECT')
      return fail(
        'the planner refuses what can be answered',
        '',
        answerText(expected),
        `  ${plan.refused}: ${plan.why}`,
      );
    count(tally.unsupported, plan.why);
    tally.refused += 1;
    return;
  }
  /** The rows as a client gets them; `null` where SQLite's own typing is in the way: a value has a type there, no column has. */
  const ask = async (statement: PlannedAnswer): Promise<readonly Row[] | null> => {
    try {
      const { rows } = await database.ask(statement);
      return rows.map(createRowSpeller(statement.columns) as (row: Row) => readonly Cell[]);
    } catch (error) {
      const { message, code, cause } = error as Error & { code?: string };
      if (dialect === 'sqlite' && code === 'VALUE_INVALID') return null;
      return fail(
        'the engine refuses the statement',
        `${statement.text}\n${JSON.stringify(statement.parameters)}`,
        answerText(expected),
        `  ${code}: ${message}\n  ${String(cause)}`,
      );
    }
  };
  const tolerance = { dialect, estimates: estimatesOf(random, query) };
  const sqlOf = ({ text, parameters }: PlannedAnswer): string => `${text}\n${JSON.stringify(parameters)}`;
  const found = await ask(plan);
  if (found === null) {
    count(tally.unsupported, 'a column with values of different kinds');
    tally.refused += 1;
    return;
  }
  const reason = difference(expected, namesOf(plan), found, tolerance);
  if (reason) fail(reason, sqlOf(plan), answerText(expected), `  ${JSON.stringify(namesOf(plan))}\n${table(found)}`);
  if ((expected.totals === null) !== (plan.totals === null)) fail('totals', sqlOf(plan), answerText(expected), '');
  if (expected.totals && plan.totals) {
    const totals = await ask(plan.totals);
    const metrics = expected.columns.flatMap(({ kind }, at) => (kind === 'metric' ? [at] : []));
    const row = metrics.map((at) => expected.totals![at]!);
    const one: Answer = {
      columns: metrics.map((at) => expected.columns[at]!),
      rows: [row],
      all: [row],
      totals: null,
      order: [],
    };
    const wrong = difference(one, namesOf(plan.totals), totals ?? [], tolerance);
    if (wrong) fail(`totals: ${wrong}`, sqlOf(plan.totals), answerText(expected), table(totals ?? []));
  }
  tally.answered += 1;
  for (const part of ['shares', 'limit_per'] as const) if (query[part] !== undefined) count(tally.parts, part);
}
