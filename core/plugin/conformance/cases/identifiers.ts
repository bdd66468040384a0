import type { ConformanceCase } from '../case.js';
import { failsWith, same } from '../expectation.js';

/** Names of columns that must come through untouched. */
const oddNames = [
  'a b',
  'q"q',
  "it's",
  'back`tick',
  'SELECT',
  'Ümläut',
  'ключ',
  '列',
  '😀',
  'a.b',
  'a;b',
  'MiXeD',
  'x--y',
  '%s',
  '$1',
  '?',
  ':name',
  '{p:Int8}',
  '__proto__',
  'constructor',
];

export const identifierCases: readonly ConformanceCase[] = [
  {
    id: 'identifiers/columns',
    title: 'names of columns come through as written',
    area: 'identifiers',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const names = oddNames.filter((name) => !phrases.impossibleNames?.includes(name));
      const { columns, rows } = await ask(
        `SELECT ${names.map((name, at) => `${at} AS ${phrases.quote(name)}`).join(', ')}`,
      );
      same(
        columns.map(({ name }) => name),
        names,
        'names',
      );
      same(rows[0]!.map(Number), [...names.keys()], 'cells');
    },
  },
  {
    id: 'identifiers/duplicates',
    title: 'columns of one name keep their places',
    area: 'identifiers',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const text = "SELECT 1 AS a, 'two' AS a, 3 AS b, 'four' AS a";
      if (phrases.noDuplicateNames !== undefined) {
        await failsWith(ask(text), ['STATEMENT_INVALID'], text);
        return;
      }
      const { columns, rows } = await ask(text);
      same(
        columns.map(({ name }) => name),
        ['a', 'a', 'b', 'a'],
        'names',
      );
      same(rows[0]!.map(String), ['1', 'two', '3', 'four'], 'cells');
    },
  },
  {
    id: 'identifiers/table',
    title: 'a table and columns with odd names',
    area: 'identifiers',
    needs: ['engine', 'admin'],
    run: async ({ ask, phrases }) => {
      const names = ['select', 'a b', 'q"q', 'ключ'];
      const { columns } = await ask(
        `SELECT ${names.map(phrases.quote).join(', ')} FROM ${phrases.quote('dmc odd "name"')}`,
      );
      same(
        columns.map(({ name }) => name),
        names,
        'names',
      );
    },
  },
  {
    id: 'identifiers/many-columns',
    title: 'five hundred columns',
    area: 'identifiers',
    needs: ['engine'],
    run: async ({ ask }) => {
      const { columns, rows } = await ask(
        `SELECT ${Array.from({ length: 500 }, (_, at) => `${at} AS c${at}`).join(', ')}`,
      );
      same(columns.length, 500, 'columns');
      same(rows[0]!.map(Number), [...columns.keys()], 'cells');
    },
  },
];
