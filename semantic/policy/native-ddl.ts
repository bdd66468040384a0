/**
 * What a subject may see of each table, as statements for those who control the database: row policies with grants of columns,
 * or views. Made from the very relations that statements are rewritten with, so both say the same; the values of the subject's
 * attributes stand in them as they are today. What the database cannot say by itself is refused, and access to it taken away.
 */
import type { Parameter } from '../../core/plugin/contract.js';
import { dialects } from '../../core/sql/dialects/index.js';
import type { Expr } from '../../core/sql/expression.js';
import { printConditions, printRelation } from '../../core/sql/print-statement.js';
import type { Select, Sql } from '../../core/sql/statement.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Entity, Model } from '../model/model.js';
import { boundsOf, isAbout } from './applying-policies.js';
import { barrierOf } from './barrier.js';
import type { Permitted, PermissionOptions, TableName } from './permission.js';
import { permittedRelation } from './permitted-relation.js';

const nativeDialects = ['postgres', 'clickhouse'] as const;
export type NativeDialect = (typeof nativeDialects)[number];

/** `rows`: row policies and grants of columns on the tables themselves; `views`: views in a schema of the role's own. */
export type NativeForm = 'rows' | 'views';

export interface NativeOptions extends Omit<PermissionOptions, 'dialect' | 'salt' | 'side'> {
  readonly dialect: NativeDialect;
  readonly form: NativeForm;
  /** The user or role of the database that stands for the subject, and for nobody else. */
  readonly role: string;
}

export interface NativeTable {
  readonly table: string;
  /** `open`: as the statements say; `closed`: the subject may see nothing; `refused`: the database cannot say it. */
  readonly outcome: 'open' | 'closed' | 'refused';
  /** Why it is closed or refused. */
  readonly reason: string | null;
  readonly policies: readonly string[];
  readonly statements: readonly string[];
}

const literal = ({ type, value }: Parameter): Expr => {
  if (value === null) return { kind: 'literal', type: 'null', value: 'null' };
  if (type === 'string' || type === 'boolean' || type === 'date' || type === 'timestamp')
    return { kind: 'literal', type, value: String(value) };
  if (type === 'timestamptz') throw new Error('no policy binds an instant');
  const text = String(value);
  const size: Expr = { kind: 'literal', type: 'number', value: text.replace(/^-/, '') };
  return text.startsWith('-') ? { kind: 'unary', operator: '-', operand: size } : size;
};

/** The tree with constants in the place of bound values, and another name for the table's alias. */
const written = <Node>(tree: Node, alias: string, name: string): Node => {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const { kind, parameter, table } = node as Readonly<Record<string, unknown>>;
    if (kind === 'parameter') return { kind: 'authored', expr: literal(parameter as Parameter), aliases: { '': '' } };
    if (kind === 'column' && table === alias) return { ...node, table: name };
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        key === 'aliases'
          ? Object.fromEntries(Object.entries(value as object).map(([path, at]) => [path, at === alias ? name : at]))
          : walk(value),
      ]),
    );
  };
  return walk(tree) as Node;
};

const readsOthers = (node: unknown): boolean => {
  if (typeof node !== 'object' || node === null) return false;
  const { kind } = node as { readonly kind?: unknown };
  return kind === 'in_query' || kind === 'exists' || kind === 'select' || Object.values(node).some(readsOthers);
};

/** A condition of the table's own columns by their bare names: ClickHouse would look for a qualified one in the query. */
const conditionOf = ({ where, from }: Select, dialect: NativeDialect): string => {
  const { alias } = from as { readonly alias: string };
  if (where.length === 0) return dialect === 'postgres' ? 'true' : '1';
  // A qualifier that stands nowhere else in the condition, so that it can be taken away.
  let qualifier = 'own_row';
  while (JSON.stringify(where).includes(qualifier)) qualifier += '_';
  const parts: readonly Sql[] = written(where, alias, qualifier);
  return bare(printConditions(dialect, parts)).replaceAll(`${qualifier}.`, '');
};

const bare = ({ text, parameters }: { readonly text: string; readonly parameters: readonly Parameter[] }): string => {
  if (parameters.length > 0) throw new Error('a value is left that is no constant');
  return text;
};

class Writer {
  readonly #options: NativeOptions;
  readonly #name: (name: string) => string;

  constructor(options: NativeOptions) {
    this.#options = options;
    this.#name = dialects[options.dialect].identifier;
  }

  /** A name as it is, in quotes: words that are nobody's name to the dialect's printer are someone's here (`public`). */
  get #role(): string {
    const { role, dialect } = this.#options;
    if (dialect === 'postgres') return `"${role.replaceAll('"', '""')}"`;
    return `\`${role.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
  }

  path({ schema, table }: TableName): string {
    return [schema, table].flatMap((part) => (part === null ? [] : [this.#name(part)])).join('.');
  }

  /** Nobody has what was granted before. */
  revoking(table: TableName): readonly string[] {
    const path = this.path(table);
    return this.#options.dialect === 'postgres'
      ? [`REVOKE ALL ON ${path} FROM PUBLIC;`, `REVOKE ALL ON ${path} FROM ${this.#role};`]
      : [`REVOKE ALL ON ${path} FROM ${this.#role};`];
  }

  rows(table: TableName, { relation, columns }: Permitted): readonly string[] {
    const { dialect, role } = this.#options;
    const path = this.path(table);
    const condition = conditionOf(relation, dialect);
    const granted = columns.map(({ name }) => this.#name(name)).join(', ');
    const grant = `GRANT SELECT (${granted}) ON ${path} TO ${this.#role};`;
    const policy = this.#name(`datamind ${role}`);
    const limit = this.#name(`datamind ${role} only`);
    if (dialect === 'clickhouse') {
      const policies = [
        `CREATE ROW POLICY OR REPLACE ${policy} ON ${path} FOR SELECT USING ${condition} AS PERMISSIVE TO ${this.#role};`,
        `CREATE ROW POLICY OR REPLACE ${limit} ON ${path} FOR SELECT USING ${condition} AS RESTRICTIVE TO ${this.#role};`,
      ];
      return [...policies, grant];
    }
    return [
      `ALTER TABLE ${path} ENABLE ROW LEVEL SECURITY;`,
      `DROP POLICY IF EXISTS ${policy} ON ${path};`,
      `CREATE POLICY ${policy} ON ${path} AS PERMISSIVE FOR SELECT TO ${this.#role} USING (${condition});`,
      // Whatever other policies permit: these rows and no more.
      `DROP POLICY IF EXISTS ${limit} ON ${path};`,
      `CREATE POLICY ${limit} ON ${path} AS RESTRICTIVE FOR SELECT TO ${this.#role} USING (${condition});`,
      grant,
    ];
  }

  get schema(): string {
    return this.#name(`datamind_${this.#options.role}`);
  }

  view({ table }: TableName, { relation }: Permitted): readonly string[] {
    const { dialect } = this.#options;
    const view = `${this.schema}.${this.#name(table)}`;
    const barrier = dialect === 'clickhouse' ? { barrier: barrierOf(dialect, relation) } : {};
    const text = bare(printRelation(dialect, { ...written(relation, '', ''), ...barrier }, 0));
    const head =
      dialect === 'clickhouse'
        ? `CREATE VIEW ${view} DEFINER = CURRENT_USER SQL SECURITY DEFINER AS`
        : `CREATE VIEW ${view} WITH (security_barrier) AS`;
    return [`${head}\n${text};`, `GRANT SELECT ON ${view} TO ${this.#role};`];
  }

  /** What stands before all tables. The schema of views is this export's own: what an earlier one left in it goes. */
  opening(): readonly string[] {
    const { form, dialect } = this.#options;
    if (dialect === 'clickhouse') {
      if (form === 'rows') return [];
      return [`DROP DATABASE IF EXISTS ${this.schema};`, `CREATE DATABASE ${this.schema};`];
    }
    if (form === 'rows') return ['BEGIN;'];
    return [
      'BEGIN;',
      `DROP SCHEMA IF EXISTS ${this.schema} CASCADE;`,
      `CREATE SCHEMA ${this.schema};`,
      `GRANT USAGE ON SCHEMA ${this.schema} TO ${this.#role};`,
    ];
  }

  closing(): readonly string[] {
    return this.#options.dialect === 'postgres' ? ['COMMIT;'] : [];
  }
}

/** Why a permission cannot be said by the database alone; `null` when it can. */
const whyNot = ({ masks, relation, columns }: Permitted, { form, dialect }: NativeOptions): string | null => {
  if (Object.values(masks).includes('hash'))
    return 'A hash needs the key of the installation, and whoever reads the definition of a view would read it.';
  if (form === 'views') return null;
  const masked = columns.filter((one) => one.masked).map(({ name }) => name);
  if (masked.length > 0)
    return `Row policies show a column or do not, and these are masked: ${masked.join(', ')}. Use --form views.`;
  if (readsOthers(relation.where)) {
    return dialect === 'postgres'
      ? 'The condition reads other tables, which PostgreSQL would read with the rights and the policies of the role itself. Use --form views.'
      : 'The condition reads other tables, which ClickHouse would read with the rights of the user itself. Use --form views.';
  }
  return null;
};

/** Policies that begin or end: the database would not know when. */
const isTimed = (model: Model, entities: readonly Entity[], subject: Subject): boolean =>
  Object.values(model.policies).some((policy) => {
    const touches = entities.some(
      ({ name }) => policy.on === name || policy.follows.some((path) => path.split('.')[0] === name),
    );
    return (
      touches &&
      isAbout(policy, subject) &&
      Object.values(boundsOf(policy, model.project.timezone)).some((at) => Number.isFinite(at))
    );
  });

export interface NativeExport {
  readonly opening: readonly string[];
  readonly tables: readonly NativeTable[];
  /** Entities that are queries: there is no table that could be guarded. */
  readonly queries: readonly string[];
  readonly closing: readonly string[];
}

const keyOf = ({ schema, table }: TableName): string => JSON.stringify([schema, table]);

/** @throws DataMindError nothing of it: what cannot be said is in the outcome of its table */
export const nativeDdl = (model: Model, subject: Subject, options: NativeOptions): NativeExport => {
  const writer = new Writer(options);
  // Entities that name no connection, in a project that names none, live where the statements are for.
  const home = options.connection ?? model.project.connection;
  const here = Object.values(model.entities).filter(
    ({ connection }) => (connection ?? model.project.connection ?? home) === home,
  );
  const byTable = new Map<string, { readonly table: TableName; readonly entities: Entity[] }>();
  for (const entity of here) {
    if (entity.from.kind !== 'table') continue;
    const { catalog, schema, table } = entity.from;
    const name = { catalog, schema, table };
    const known = byTable.get(keyOf(name));
    if (known === undefined) byTable.set(keyOf(name), { table: name, entities: [entity] });
    else known.entities.push(entity);
  }
  const views = new Map<string, string>();
  const tables = [...byTable.values()].map(({ table, entities }): NativeTable => {
    const name = [table.schema, table.table].filter((part) => part !== null).join('.');
    const revoking = writer.revoking(table);
    const not = (outcome: 'closed' | 'refused', reason: string, policies: readonly string[] = []): NativeTable => ({
      table: name,
      outcome,
      reason,
      policies,
      statements: revoking,
    });
    const { dialect, now, lineages } = options;
    const permission = permittedRelation(model, table, subject, { dialect, now, lineages, salt: null });
    if (isTimed(model, entities, subject))
      return not('refused', 'A policy about it begins or ends at a time, which the database does not watch.');
    if (permission.kind === 'closed')
      return not(permission.code === 'TABLE_CLOSED' ? 'closed' : 'refused', permission.message);
    const { policies } = permission;
    const reason = whyNot(permission, options);
    if (reason !== null) return not('refused', reason, policies);
    if (options.form === 'views') {
      const taken = views.get(table.table.toLowerCase());
      if (taken !== undefined) return not('refused', `A view of this name is of ${taken} already.`, policies);
      views.set(table.table.toLowerCase(), name);
    }
    const open = options.form === 'rows' ? writer.rows(table, permission) : writer.view(table, permission);
    return { table: name, outcome: 'open', reason: null, policies, statements: [...revoking, ...open] };
  });
  const queries = here.flatMap(({ name, from }) => (from.kind === 'query' ? [name] : []));
  return { opening: writer.opening(), tables, queries, closing: writer.closing() };
};
