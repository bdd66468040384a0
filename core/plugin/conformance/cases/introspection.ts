import type { CatalogueTable } from '../../contract.js';
import { type CaseContext, type ConformanceCase, Skipped } from '../case.js';
import { failsWith, holds, same } from '../expectation.js';

const fixtureTables = async ({ connector, phrases }: CaseContext): Promise<ReadonlyMap<string, CatalogueTable>> => {
  const catalogue = await connector.introspect({}, new AbortController().signal);
  return new Map(
    catalogue.tables
      .filter(({ schema }) => phrases.schema === undefined || schema === phrases.schema)
      .map((table) => [table.name, table]),
  );
};

const tableOf = async (context: CaseContext, name: string): Promise<CatalogueTable> => {
  const table = (await fixtureTables(context)).get(name);
  holds(table !== undefined, `the table ${name} is not in the catalogue`);
  return table;
};

const introspectionCase = (
  id: string,
  title: string,
  run: ConformanceCase['run'],
  capability?: ConformanceCase['capability'],
): ConformanceCase => ({
  id: `introspection/${id}`,
  title,
  area: 'introspection',
  needs: ['engine', 'admin'],
  run,
  capability,
});

export const introspectionCases: readonly ConformanceCase[] = [
  introspectionCase('tables', 'tables and views, with their kinds, and nothing of the engine', async (context) => {
    const tables = await fixtureTables(context);
    const kinds = {
      dmc_customers: 'table',
      dmc_orders: 'table',
      dmc_lines: 'table',
      dmc_totals: 'view',
      'dmc odd "name"': 'table',
    };
    for (const [name, kind] of Object.entries(kinds)) same(tables.get(name)?.kind, kind, `kind of ${name}`);
    const foreign = [...tables.keys()].filter((name) => /^(sqlite_|pg_|duckdb_|system)/.test(name));
    same(foreign, [], "tables of the engine's own");
  }),
  introspectionCase('place', 'where names without a schema live', async (context) => {
    const { connector, phrases, ask } = context;
    const { place } = connector;
    if (place === undefined || place === null) throw new Skipped('it does not say so, and takes no SQL of users');
    const path = [place.catalog, place.schema].filter((part) => part !== null).map((part) => `${phrases.quote(part)}.`);
    const { rows } = await ask(`SELECT count(*) FROM ${path.join('')}dmc_customers`);
    same(rows, (await ask('SELECT count(*) FROM dmc_customers')).rows, 'rows of the table under its full name');
  }),
  introspectionCase('columns', 'columns in their order, with types and whether they may be null', async (context) => {
    const customers = await tableOf(context, 'dmc_customers');
    same(
      customers.columns.map(({ name }) => name),
      ['id', 'email', 'name'],
      'columns',
    );
    same(customers.columns.find(({ name }) => name === 'name')!.nullable, false, 'nullable of name');
    same(customers.columns.find(({ name }) => name === 'email')!.nullable, true, 'nullable of email');
    for (const [path, type] of Object.entries(context.phrases.catalogue)) {
      const [table, column] = path.split('.') as [string, string];
      const found = (await tableOf(context, table)).columns.find(({ name }) => name === column);
      same(found?.type, type, `type of ${path}`);
      holds((found?.nativeType ?? '') !== '', `native type of ${path}`);
    }
  }),
  introspectionCase('as-selected', 'the catalogue and a query agree on the types', async (context) => {
    for (const name of ['dmc_customers', 'dmc_orders']) {
      const table = await tableOf(context, name);
      const { columns } = await context.ask(`SELECT * FROM ${context.phrases.quote(name)}`);
      same(
        columns.map(({ name, type }) => [name, type]),
        table.columns.map(({ name, type }) => [name, type]),
        `columns of ${name}`,
      );
    }
  }),
  introspectionCase('odd-names', 'odd names of tables and columns', async (context) => {
    const table = await tableOf(context, 'dmc odd "name"');
    same(
      table.columns.map(({ name }) => name),
      ['select', 'a b', 'q"q', 'ключ'],
      'columns',
    );
  }),
  introspectionCase('primary-keys', 'primary keys, in key order', async (context) => {
    const has = context.phrases.noPrimaryKeys === undefined;
    same((await tableOf(context, 'dmc_orders')).primaryKey, has ? ['id'] : [], 'key of dmc_orders');
    same((await tableOf(context, 'dmc_lines')).primaryKey, has ? ['order_id', 'position'] : [], 'key of dmc_lines');
    same((await tableOf(context, 'dmc_totals')).primaryKey, [], 'key of the view');
  }),
  introspectionCase(
    'unique-keys',
    'unique keys',
    async (context) => {
      same((await tableOf(context, 'dmc_customers')).uniqueKeys, [['email']], 'unique keys of dmc_customers');
      same((await tableOf(context, 'dmc_orders')).uniqueKeys, [], 'unique keys of dmc_orders');
    },
    {
      name: 'foreignKeys',
      present: ({ foreignKeys }) => foreignKeys,
      opposite: async (context) => same((await tableOf(context, 'dmc_customers')).uniqueKeys, [], 'unique keys'),
    },
  ),
  introspectionCase(
    'foreign-keys',
    'foreign keys, with the columns on both sides',
    async (context) => {
      const schema = context.phrases.schema === undefined ? {} : { toSchema: context.phrases.schema };
      const [key, ...others] = (await tableOf(context, 'dmc_orders')).foreignKeys;
      same(others, [], 'other foreign keys');
      same({ ...key }.columns, ['customer_id'], 'columns');
      same({ ...key }.toTable, 'dmc_customers', 'table');
      same({ ...key }.toColumns, ['id'], 'columns on the other side');
      if (schema.toSchema) same({ ...key }.toSchema, schema.toSchema, 'schema');
    },
    {
      name: 'foreignKeys',
      present: ({ foreignKeys }) => foreignKeys,
      opposite: async (context) => same((await tableOf(context, 'dmc_orders')).foreignKeys, [], 'foreign keys'),
    },
  ),
  introspectionCase(
    'keys-of-several-columns',
    'keys of several columns come whole and in the order of the key, not of the table',
    async (context) => {
      const shelves = await tableOf(context, 'dmc_shelves');
      if (context.phrases.noPrimaryKeys === undefined) same(shelves.primaryKey, ['slot', 'hall'], 'primary key');
      same(shelves.uniqueKeys, [['label', 'hall']], 'unique keys');
      const { columns, toColumns } = { ...(await tableOf(context, 'dmc_boxes')).foreignKeys[0] };
      same(
        [columns, toColumns],
        [
          ['slot', 'hall'],
          ['slot', 'hall'],
        ],
        'foreign key',
      );
    },
    { name: 'foreignKeys', present: ({ foreignKeys }) => foreignKeys },
  ),
  introspectionCase(
    'comments',
    'comments of tables and columns',
    async (context) => {
      const table = await tableOf(context, 'dmc_customers');
      same(table.comment, "Who buys; it's a comment", 'comment of the table');
      same(table.columns.find(({ name }) => name === 'email')!.comment, 'Where to write', 'comment of the column');
      same(table.columns.find(({ name }) => name === 'id')!.comment ?? '', '', 'comment of a column without one');
    },
    {
      name: 'comments',
      present: ({ comments }) => comments,
      opposite: async (context) => {
        const table = await tableOf(context, 'dmc_customers');
        same([table.comment, ...table.columns.map(({ comment }) => comment)].filter(Boolean), [], 'comments');
      },
    },
  ),
  introspectionCase(
    'row-estimates',
    'row estimates are numbers or null, never wrong by much on a small table',
    async (context) => {
      for (const table of (await fixtureTables(context)).values()) {
        const { rowEstimate } = table;
        holds(
          rowEstimate === null || (Number.isInteger(rowEstimate) && rowEstimate >= 0),
          `${table.name}: ${rowEstimate}`,
        );
      }
      const guard = (await tableOf(context, 'dmc_guard')).rowEstimate;
      holds(guard === null || guard === 3, `dmc_guard has 3 rows, estimated ${guard}`);
    },
  ),
  introspectionCase(
    'schemas',
    'schemas, and only those that are asked for',
    async (context) => {
      const { connector, phrases } = context;
      const all = await connector.introspect({}, new AbortController().signal);
      holds(
        all.tables.every(({ schema }) => schema !== undefined && schema !== ''),
        'a table has no schema',
      );
      const own = await connector.introspect({ schemas: [phrases.schema!] }, new AbortController().signal);
      holds(
        own.tables.length > 0 && own.tables.every(({ schema }) => schema === phrases.schema),
        'tables of other schemas',
      );
      const none = await connector.introspect({ schemas: ['dmc_no_such_schema'] }, new AbortController().signal);
      same(none.tables, [], 'tables of a schema that is not there');
    },
    {
      name: 'schemas',
      present: ({ schemas }) => schemas,
      opposite: async (context) => {
        const { tables } = await context.connector.introspect({}, new AbortController().signal);
        holds(
          tables.every(({ schema }) => schema === undefined),
          'a table has a schema',
        );
      },
    },
  ),
  introspectionCase('relations', 'where the rows of tables and views come from', async ({ connector, phrases }) => {
    if (connector.relations === undefined)
      throw new Skipped('it does not say so: views are closed to whom a policy cuts');
    const relations = await connector.relations(new AbortController().signal);
    const originOf = (name: string) =>
      relations.find((one) => one.name === name && (phrases.schema === undefined || one.schema === phrases.schema))
        ?.origin;
    same(originOf('dmc_orders'), { kind: 'stored' }, 'origin of a table');
    const view = originOf('dmc_totals');
    holds(view?.kind === 'query' && /dmc_orders/.test(view.text), 'the text of a view is not told');
  }),
  introspectionCase('aborted', 'an abort is obeyed', async ({ connector }) => {
    await failsWith(connector.introspect({}, AbortSignal.abort()), ['QUERY_CANCELLED'], 'introspect');
  }),
];
