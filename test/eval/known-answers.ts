import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { KnownAnswer } from '../../src/eval/question-set.js';
import type { WireCell } from '../../src/pipeline/spell-cells.js';
import { type Accepted, type HandQuestion, type HandSet, withViews } from './by-hand.js';

const isNumber = /^(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U[A-Z]+INT|FLOAT|DOUBLE|DECIMAL.*)$/;

/** As DuckDB writes it in JSON; floats with the digits that do not hang on the order of adding. */
const cellOf = (value: unknown, type: string): WireCell => {
  if (value === null || value === undefined) return null;
  if (isNumber.test(type)) return Number(Number(value).toPrecision(12));
  return typeof value === 'boolean' ? value : String(value);
};

const inOrder = (rows: readonly (readonly WireCell[])[]): readonly (readonly WireCell[])[] => {
  const texts = rows.map((row) => ({ row, text: JSON.stringify(row) }));
  return texts.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ row }) => row);
};

type How = Pick<HandQuestion, 'order' | 'spare' | 'percent'>;

const has = (columns: readonly string[], wanted: readonly string[] = []): readonly string[] =>
  wanted.filter((name) => columns.includes(name));

const answer = async (connection: DuckDBConnection, sql: string, how: How): Promise<KnownAnswer> => {
  const result = await connection.runAndReadAll(sql);
  const columns = result.deduplicatedColumnNames();
  const types = result.columnTypes().map(String);
  const found = result.getRowsJson().map((row) => row.map((value, at) => cellOf(value, types[at]!)));
  const [order, spare, percent] = [how.order, how.spare, how.percent].map((wanted) => has(columns, wanted));
  return {
    columns,
    rows: order!.length > 0 ? found : inOrder(found),
    ...(order!.length > 0 && { order }),
    ...(spare!.length > 0 && { spare }),
    ...(percent!.length > 0 && { percent }),
  };
};

const alsoRight = (question: HandQuestion, accepted: Accepted): { sql: string; how: How } => {
  const { order, spare, percent } = question;
  return typeof accepted === 'string'
    ? { sql: accepted, how: { order, spare, percent } }
    : { sql: accepted.sql, how: { order, spare, percent: accepted.percent ?? percent } };
};

/** The rows that are right, by the SQL that was written by hand. */
export const knownAnswers = async (
  connection: DuckDBConnection,
  question: HandQuestion,
  views: HandSet['views'],
): Promise<readonly KnownAnswer[]> => {
  if (question.sql === undefined) return [];
  const ways = [
    { sql: question.sql, how: question },
    ...(question.accept ?? []).map((one) => alsoRight(question, one)),
  ];
  const answers: KnownAnswer[] = [];
  for (const { sql, how } of ways) {
    const one = await answer(connection, withViews(sql, views), how);
    if (one.rows.length === 0) throw new Error(`${question.id} has no rows: ${sql}`);
    answers.push(one);
  }
  return answers;
};

/** A question file for `datamind eval`, a question a line. @param database a DuckDB file, which is only read */
export const questionFile = async (set: HandSet, database: string): Promise<string> => {
  const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const { about, now, subjects } = set;
    const lines = [JSON.stringify({ about, now, subjects })];
    for (const question of set.questions) {
      const { id, kind, ask, previous, as, because, or_clarify } = question;
      const answers = await knownAnswers(connection, question, set.views);
      const expect = because === undefined ? 'answer' : 'no answer';
      const known = because === undefined ? { answers } : { because };
      lines.push(JSON.stringify({ id, kind, question: ask, previous, as, expect, or_clarify, ...known }));
    }
    return `${lines.join('\n')}\n`;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};
