import { type Cell, type LogicalType, type Parameter, PluginError } from '../../contract.js';
import type { CaseContext, ConformanceCase } from '../case.js';
import { failsWith, holds, same, sameCell } from '../expectation.js';

type ParameterType = Parameter['type'];

/** The values of each type that are sent, and what comes back where it is spelled otherwise. */
const values: Record<ParameterType, readonly (readonly [value: Parameter['value'], cell?: Cell])[]> = {
  string: [
    [''],
    ['plain'],
    [`it's "quoted" \\ ; -- /* $1 ?1 :a @b */`],
    ['😀𝒟é שלום'],
    ['line\nend\ttab'],
    ['%_\\%'],
    ['x'.repeat(100_000)],
    ['007'],
  ],
  integer: [[0], [-1], [2_147_483_647], [-2_147_483_648]],
  bigint: [['9223372036854775807'], ['-9223372036854775808'], ['0'], ['9007199254740993']],
  decimal: [['12345678901234567890123456.123456789012'], ['-0.000000000001'], ['1.500000000000']],
  float: [[0.1], [-1.5e300], [5e-324], [3]],
  boolean: [[true], [false]],
  date: [['2024-02-29'], ['1969-12-31'], ['0001-01-01'], ['9999-12-31']],
  timestamp: [['2024-02-29T12:34:56.789012'], ['1969-12-31T23:59:59.999999'], ['2024-02-29T00:00:00']],
  timestamptz: [
    ['2024-02-29T12:34:56.789012Z'],
    ['2024-02-29T12:34:56+05:30', '2024-02-29T07:04:56Z'],
    ['1969-12-31T23:59:59.999999Z'],
  ],
};

const spelledAs: Record<ParameterType, LogicalType> = {
  string: 'string',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'decimal',
  float: 'float',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
};

const echo = async ({ ask, phrases }: CaseContext, type: ParameterType, value: Parameter['value']) => {
  const text = `SELECT ${phrases.echo(phrases.placeholder(1, type), type)} AS v`;
  const answer = await ask(text, { parameters: [{ type, value }] });
  return { cell: answer.rows[0]?.[0], type: answer.columns[0]!.type };
};

/** The same instant or number, in the spelling of the type that an engine without the parameter's type answers with. */
const respell = (cell: Cell, as: LogicalType): Cell => {
  if (as === 'bigint') return String(cell === true ? 1 : cell === false ? 0 : cell);
  if (as === 'integer') return Number(cell);
  if (as === 'timestamptz') return String(cell).endsWith('Z') ? cell : `${cell}Z`;
  if (as === 'string') return typeof cell === 'string' ? cell : String(cell);
  return cell;
};

const echoCase = (type: ParameterType): ConformanceCase => ({
  id: `parameters/${type}`,
  title: `a parameter of type ${type} arrives as it was sent, at the extremes too`,
  area: 'parameters',
  needs: ['engine'],
  run: async (context) => {
    const as = context.phrases.echoes?.[type] ?? spelledAs[type];
    for (const [value, cell] of context.phrases.echoValues?.[type] ?? values[type]) {
      if (context.phrases.impossibleParameters?.[type]?.includes(value)) {
        await failsWith(echo(context, type, value), ['VALUE_INVALID'], `${type} ${value}`);
        continue;
      }
      const back = await echo(context, type, value);
      same(back.type, as, `type of ${String(value).slice(0, 40)}`);
      sameCell(back.cell, respell(cell ?? value, as), `${type} ${String(value).slice(0, 40)}`);
    }
  },
});

export const parameterCases: readonly ConformanceCase[] = [
  ...(Object.keys(values) as ParameterType[]).map(echoCase),
  {
    id: 'parameters/null',
    title: 'null of every type',
    area: 'parameters',
    needs: ['engine'],
    run: async (context) => {
      for (const type of Object.keys(values) as ParameterType[]) {
        sameCell((await echo(context, type, null)).cell, null, `null ${type}`);
      }
    },
  },
  {
    id: 'parameters/never-text',
    title: 'a parameter is never taken for SQL',
    area: 'parameters',
    needs: ['engine', 'admin'],
    run: async ({ ask, phrases }) => {
      const text = `SELECT id FROM dmc_guard WHERE note = ${phrases.placeholder(1, 'string')}`;
      for (const value of ["a' OR '1'='1", "a'; DELETE FROM dmc_guard; --", 'a" OR 1=1', '\\', "a\\' OR 1=1 --"]) {
        same((await ask(text, { parameters: [{ type: 'string', value }] })).rows, [], `rows for ${value}`);
      }
      same((await ask(text, { parameters: [{ type: 'string', value: 'a' }] })).rows.length, 1, 'rows for a');
    },
  },
  {
    id: 'parameters/damaged',
    title: 'a string with a zero character or half a character arrives whole or is refused',
    area: 'parameters',
    needs: ['engine'],
    run: async (context) => {
      for (const value of ['a\u0000b', 'a\ud83d', '\ude00b']) {
        const back = await echo(context, 'string', value).catch((error: unknown) => {
          holds(PluginError.is(error) && error.code === 'VALUE_INVALID', `${JSON.stringify(value)}: ${String(error)}`);
          return { cell: value };
        });
        sameCell(back.cell, value, JSON.stringify(value));
      }
    },
  },
  {
    id: 'parameters/very-many',
    title: 'a hundred thousand parameters are counted right or refused',
    area: 'parameters',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      for (const count of [20_000, 65_536, 100_000]) {
        const list = Array.from({ length: count }, (_, at) => phrases.placeholder(at + 1, 'integer'));
        const parameters = list.map((_, at) => ({ type: 'integer', value: at + 1 }) as const);
        const text = `SELECT n FROM (${phrases.series(10)}) AS s WHERE n IN (${list.join(', ')}) ORDER BY n`;
        const answer = await ask(text, { parameters }).catch((error: unknown) => {
          holds(
            PluginError.is(error) && ['STATEMENT_INVALID', 'RESOURCES_EXHAUSTED'].includes(error.code),
            `${count} parameters: ${String(error)}`,
          );
          return { rows: Array.from({ length: 10 }) };
        });
        same(answer.rows.length, 10, `rows with ${count} parameters`);
      }
      same((await ask('SELECT 1')).rows.length, 1, 'rows afterwards');
    },
  },
  {
    id: 'parameters/many',
    title: 'several parameters of different types, in order',
    area: 'parameters',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const sent: readonly Parameter[] = [
        { type: 'string', value: 'one' },
        { type: 'integer', value: 2 },
        { type: 'string', value: null },
        { type: 'string', value: 'four' },
      ];
      const columns = sent.map(({ type }, at) => `${phrases.echo(phrases.placeholder(at + 1, type), type)} AS c${at}`);
      const { rows } = await ask(`SELECT ${columns.join(', ')}`, { parameters: sent });
      same(
        rows[0]!.map((cell) => (cell === null ? null : String(cell))),
        ['one', '2', null, 'four'],
        'the row',
      );
    },
  },
  {
    id: 'parameters/compare',
    title: 'parameters compare with columns of their type',
    area: 'parameters',
    needs: ['engine', 'admin'],
    run: async ({ ask, phrases }) => {
      const text = `SELECT n FROM (${phrases.series(1000)}) AS s WHERE n > ${phrases.placeholder(1, 'integer')} AND n <= ${phrases.placeholder(2, 'bigint')} ORDER BY n`;
      const { rows } = await ask(text, {
        parameters: [
          { type: 'integer', value: 997 },
          { type: 'bigint', value: '999' },
        ],
      });
      same(
        rows.map(([n]) => Number(n)),
        [998, 999],
        'n',
      );
    },
  },
  {
    id: 'parameters/too-few',
    title: 'a missing parameter is an error, not a null',
    area: 'parameters',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const text = `SELECT ${phrases.echo(phrases.placeholder(1, 'string'), 'string')} AS v`;
      const failed = await ask(text).then(
        () => false,
        () => true,
      );
      holds(failed, 'a statement with a placeholder ran without a parameter');
    },
  },
];
