/**
 * Two databases that agree on what the subject may see and on how many rows there are; in the second the hidden values reach
 * much further, are many instead of few, lie otherwise and are often null. The engines keep statistics of both.
 */
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { createSubject } from '../../core/subject/subject.js';
import type { Cell, ColumnType, Data, Table } from '../reference/data.js';
import { placeOf } from './place-of.js';

/** What all tables have, so that any relation can stand in the place of any other. */
export const columns = {
  id: 'integer',
  team_id: 'integer',
  name: 'string',
  code: 'string',
  salary: 'integer',
  low: 'integer',
  bonus: 'integer',
  grade: 'decimal',
  joined: 'date',
  secret: 'integer',
} as const satisfies Readonly<Record<string, ColumnType>>;

/** Who says whether a row is permitted. */
const owners: Readonly<Record<string, readonly [string, ColumnType]>> = {
  people: ['region', 'string'],
  tasks: ['person_id', 'integer'],
  teams: ['kind', 'string'],
};

/** One row of so many is permitted. */
const share = 10;
const rows: Readonly<Record<string, number>> = { people: 4_000, tasks: 6_000, teams: 500 };

const day = (at: number): string => new Date(Date.UTC(2025, 0, 1) + at * 86_400_000).toISOString().slice(0, 10);

const permitted = (id: number): readonly Cell[] => [
  id,
  id % 23,
  `Ada ${id}`,
  // A number for all but one.
  id === 1_503 ? 'none' : String(id % 50),
  id % 100,
  -(id % 100),
  id % 7,
  `${id % 40}.50`,
  day(id % 300),
];

const nearHidden = (id: number): readonly Cell[] => [
  ...[id, id % 23, 'Bob', 'h1', 100 + (id % 3), -100 - (id % 3), 1, '41.00', day(300 + (id % 3))],
];

const farHidden = (id: number): readonly Cell[] => {
  const spread = (id * 7_919) % 20_000;
  return [
    ...[1_000_000 + id, id % 400, `Eve ${spread}`, `${String.fromCharCode(97 + (id % 26))}${spread}`],
    ...[100 + spread, -100 - spread, id % share === 0 ? spread : null, `${41 + spread}.00`, day(300 + spread)],
  ];
};

const isPermitted = (id: number): boolean => id % share === 3;

const owner = (table: string, id: number, far: boolean): Cell => {
  if (table === 'people') return isPermitted(id) ? 'EU' : far ? `R${id % 8}` : 'US';
  if (table === 'teams') return isPermitted(id) ? 'open' : far ? `kind ${id}` : 'closed';
  // A permitted person's task is permitted; a hidden one's is that of a hidden person.
  if (isPermitted(id)) return share * (id % 400) + 3;
  return far ? 1_000_000 + share * (id % 7) : share * (id % 400) + 4;
};

const tableOf = (name: string, far: boolean): Table => ({
  columns: { ...columns, [owners[name]![0]]: owners[name]![1] },
  rows: Array.from({ length: rows[name]! }, (_, id) => [
    ...(isPermitted(id) ? permitted(id) : (far ? farHidden : nearHidden)(id)),
    // Clear in the permitted tasks, masked in all else.
    far && (name !== 'tasks' || !isPermitted(id)) ? (id * 31) % 20_000 : id % 3,
    owner(name, id, far),
  ]),
});

export const near: Data = Object.fromEntries(Object.keys(rows).map((name) => [name, tableOf(name, false)]));
export const far: Data = Object.fromEntries(Object.keys(rows).map((name) => [name, tableOf(name, true)]));

const typeWords: Partial<Record<ColumnType, string>> = {
  string: '{ type: string }',
  date: '{ type: time, stores: date }',
};

export const yamlFor = (dialect: TextDialect): string => {
  const { catalog, schema } = placeOf[dialect];
  const place = catalog === null ? schema : `${catalog}.${schema}`;
  const entities = Object.entries(near).map(
    ([name, table]) => `---
entity: ${name}
table: ${place}.${name}
key: id
${name === 'tasks' ? 'joins: { person: { to: people, on: person_id } }\n' : ''}dimensions:
${Object.entries(table.columns)
  .map(([column, type]) => `  ${column}: ${typeWords[type] ?? '{ type: number }'}\n`)
  .join('')}`,
  );
  return `project: { name: Company, version: 1 }
${entities.join('')}---
policies:
  - name: own_region
    for: everyone
    on: people
    rows: region = subject.region
    follows: [tasks.person]
    columns: { secret: { mask: null } }
  - name: open_teams
    for: everyone
    on: teams
    rows: kind = 'open'
    columns: { secret: { mask: null } }
`;
};

export const subject = createSubject({ user: 'mia', roles: [], attributes: { region: 'EU' } });

const names = Object.keys(rows);
/** An index on what policies read, too: its statistics say how many owners the hidden rows have. */
const each = (...texts: readonly string[]): readonly string[] =>
  names.flatMap((name) => texts.map((text) => text.replaceAll('$', name).replaceAll('@', owners[name]![0])));

/** What an owner of the database does for its planner: keys, an index, statistics. */
export const statistics: Readonly<Record<TextDialect, readonly string[]>> = {
  postgres: each('create unique index on $ (id)', 'create index on $ (salary)', 'create index on $ (@)', 'analyze $'),
  mysql: each(
    'alter table $ engine = InnoDB',
    'create unique index by_id on $ (id)',
    'create index by_salary on $ (salary)',
    'create index by_owner on $ (@)',
    'analyze table $ persistent for all',
  ),
  sqlite: [
    ...each(
      'create unique index $_id on $ (id)',
      'create index $_salary on $ (salary)',
      'create index $_owner on $ (@)',
    ),
    'analyze',
  ],
  duckdb: [...each('analyze $'), 'checkpoint'],
  clickhouse: each(
    'drop table if exists kept',
    `create table kept engine = MergeTree order by (assumeNotNull(id)) settings index_granularity = 256
      as select * from $`,
    'exchange tables kept and $',
    'alter table $ add statistics salary, low, id, team_id, joined type tdigest, uniq, minmax',
    'alter table $ materialize statistics salary, low, id, team_id, joined settings mutations_sync = 2',
    'drop table kept',
  ),
};
