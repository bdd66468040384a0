import { expect } from 'chai';
import { DataSource } from 'typeorm';
import { createLogger } from '../../core/logging/create-logger.js';
import { type Engine, postgresSchema, type StorePlace } from '../../src/store/engine.js';
import { openStore } from '../../src/store/open-store.js';
import { migrations, tables } from '../../src/store/schema.js';
import { createPlace, engineOf, variants } from './store-places.js';

type Row = Readonly<Record<string, unknown>>;

/** A connection beside the store's, which knows nothing of its tables. */
const connect = async (place: StorePlace): Promise<DataSource> => {
  const source = new DataSource(
    place.engine === 'sqlite'
      ? { type: 'better-sqlite3', database: place.file }
      : { type: 'postgres', url: place.url, extra: { options: `-c search_path=${postgresSchema}` } },
  );
  await source.initialize();
  return source;
};

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly key: boolean;
}

const columnsQuery: Readonly<Record<Engine, string>> = {
  sqlite: `select m.name as "table", c.name, c.type, c."notnull" = 0 as nullable, c.pk > 0 as key
           from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'`,
  postgres: `select c.table_name as "table", c.column_name as name, c.data_type as type, c.is_nullable = 'YES' as nullable,
               exists (select 1 from information_schema.key_column_usage k
                 where k.table_schema = c.table_schema and k.table_name = c.table_name
                 and k.column_name = c.column_name and k.constraint_name like 'pk\\_%') as key
             from information_schema.columns c where c.table_schema = '${postgresSchema}'`,
};

const referencesQuery: Readonly<Record<Engine, string>> = {
  sqlite: `select m.name as "table", f."from" as "column", f."table" as parent from sqlite_master m
           join pragma_foreign_key_list(m.name) f where m.type = 'table'`,
  postgres: `select t.relname as "table", a.attname as "column", p.relname as parent
             from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
             join pg_class t on t.oid = c.conrelid join pg_class p on p.oid = c.confrelid
             where c.contype = 'f' and c.connamespace = '${postgresSchema}'::regnamespace`,
};

const columnsOf = async (source: DataSource, engine: Engine): Promise<readonly Column[]> =>
  ((await source.query(columnsQuery[engine])) as Column[])
    .filter(({ table }) => table !== 'schema_migrations')
    .map((column) => ({ ...column, nullable: Boolean(column.nullable), key: Boolean(column.key) }));

const typeOf: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  sqlite: { text: 'TEXT', bigint: 'INTEGER', boolean: 'INTEGER' },
  postgres: { text: 'text', bigint: 'bigint', boolean: 'boolean' },
};

/** A row in every table: texts are JSON too, references point to the one row of their table. */
const fill = async (source: DataSource, engine: Engine): Promise<void> => {
  const columns = await columnsOf(source, engine);
  const references = (await source.query(referencesQuery[engine])) as {
    table: string;
    column: string;
    parent: string;
  }[];
  const waiting = new Set(columns.map(({ table }) => table));
  const insert = async (table: string): Promise<void> => {
    if (!waiting.delete(table)) return;
    const parents = references.filter((reference) => reference.table === table);
    for (const { parent } of parents) await insert(parent);
    const values = columns
      .filter((column) => column.table === table)
      .map(({ name, type }) => {
        const parent = parents.find(({ column }) => column === name)?.parent;
        if (/text/i.test(type)) return [`"${name}"`, `'"${parent ?? table}"'`];
        return [`"${name}"`, type === 'boolean' ? 'true' : '1'];
      });
    await source.query(
      `insert into "${table}" (${values.map(([name]) => name).join(', ')}) values (${values.map(([, value]) => value).join(', ')})`,
    );
  };
  for (const table of [...waiting]) await insert(table);
};

const contents = async (source: DataSource, columns: readonly Column[]): Promise<Readonly<Record<string, Row[]>>> => {
  const found: Record<string, Row[]> = {};
  for (const table of new Set(columns.map((column) => column.table))) {
    const names = columns.filter((column) => column.table === table).map(({ name }) => `"${name}"`);
    found[table] = (await source.query(`select ${names.join(', ')} from "${table}"`)) as Row[];
  }
  return found;
};

for (const name of variants) {
  const engine = engineOf[name];
  describe(`the schema of the store on ${name}`, () => {
    const log = createLogger({ level: 'silent' });
    const at = async (work: (place: StorePlace) => Promise<void>): Promise<void> => {
      const { place, remove } = await createPlace[name]();
      try {
        await work(place);
      } finally {
        await remove();
      }
    };
    const beside = async <T>(place: StorePlace, work: (source: DataSource) => Promise<T>): Promise<T> => {
      const source = await connect(place);
      try {
        return await work(source);
      } finally {
        await source.destroy();
      }
    };

    it('is what the migrations make', () =>
      at(async (place) => {
        await (await openStore(place, { log })).close();
        const made = await beside(place, (source) => columnsOf(source, engine));
        const defined = tables.flatMap(({ options: { name, columns } }) =>
          Object.values(columns).map((column) => ({
            table: name,
            name: column!.name!,
            type: typeOf[engine][column!.type as string]!,
            nullable: column!.nullable === true,
            key: column!.primary === true,
          })),
        );
        expect(made).to.have.deep.members(defined);
      }));

    for (const [index, { id }] of migrations.entries()) {
      it(`keeps what the version before had: ${id}`, () =>
        at(async (place) => {
          await (await openStore(place, { log, migrations: migrations.slice(0, index) })).close();
          const [columns, before] = await beside(place, async (source) => {
            await fill(source, engine);
            const all = await columnsOf(source, engine);
            return [all, await contents(source, all)] as const;
          });
          await (await openStore(place, { log, migrations: migrations.slice(0, index + 1) })).close();
          expect(await beside(place, (source) => contents(source, columns))).to.deep.equal(before);
        }));
    }
  });
}
