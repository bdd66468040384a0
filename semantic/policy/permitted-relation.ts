/**
 * What a subject may have of a table, as a relation: the one function through which planned statements and everybody's SQL
 * read the tables of a model. Rules: `CONTEXT.md`.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { dialects } from '../../core/sql/dialects/index.js';
import { ExpressionPrinter } from '../../core/sql/print-expression.js';
import { plainSelect, type Select, type Sql } from '../../core/sql/statement.js';
import type { DialectName } from '../../core/plugin/contract.js';
import type { Expr } from '../../core/sql/expression.js';
import type { Subject } from '../../core/subject/subject.js';
import type { DialectExpr, Entity, Mask, Model, Policy } from '../model/model.js';
import { isEntityWithin, onlyWithin } from '../model/view.js';
import { exprFor, freshName } from '../plan/query-context.js';
import { applyingPolicies, touchedEntities } from './applying-policies.js';
import { isGovernedItself, kinOf, sharesRows } from './beneath.js';
import { accessTo, type AggregateLimit, type EntityAccess } from './entity-access.js';
import { allOf, whereOf } from './logic.js';
import { type KnownColumn, type MaskContext, shownValue } from './mask-value.js';
import type {
  Closed,
  Permission,
  PermissionOptions,
  PermittedColumn,
  PermittedRelation,
  TableName,
} from './permission.js';
import { policyFingerprint } from './policy-fingerprint.js';
import { bareSource, eachField, type RowContext, withAttributes } from './row-condition.js';
import { clear, isThere, masksIn, type Show, stricter } from './show.js';
import { entitiesOn, knownColumns, readColumns } from './table-columns.js';

/** A column of a relation, and what becomes of it. */
export interface ShownColumn extends KnownColumn {
  readonly show: Show;
}

/** The intersection of what a subject may have of all entities on one table, or of one entity that is a query. */
export interface TableAccess {
  readonly source: Entity;
  readonly entities: readonly Entity[];
  readonly accesses: readonly EntityAccess[];
  readonly aggregates: readonly AggregateLimit[];
  readonly context: RowContext;
  readonly alias: string;
  show(column: string): Show;
}

const closed = (code: Closed['code'], message: string): Closed => ({ kind: 'closed', code, message });

const closedTable = (name: string): Closed => closed('TABLE_CLOSED', `"${name}" is closed to you.`);

/** Words of every text of an entity that is a query, in lower case: the tables beneath are among them. */
const wordsOf = ({ from }: Entity): ReadonlySet<string> =>
  new Set(
    from.kind === 'table'
      ? []
      : Object.values(from.sql).flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []),
  );

/** Whether a query may read the table. A name of several words is there when all of them are. */
const mayRead = (words: ReadonlySet<string>, table: string): boolean =>
  (table.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []).every((word) => words.has(word));

/**
 * What the subject may have of the table of an entity, or of the entity alone when it is a query.
 * @returns `null` when it is closed @throws DataMindError `ATTRIBUTE_MISSING`, `VIEW_CLOSED`
 */
export const tableAccess = (
  model: Model,
  entities: readonly Entity[],
  subject: Subject,
  options: PermissionOptions,
  applying: readonly Policy[] = applyingPolicies(model, subject, options.now),
): TableAccess | null => {
  const [source] = entities;
  if (source === undefined) return null;
  const access = ownAccess(model, entities, subject, options, applying);
  if (access === null) return null;
  if (source.from.kind === 'query' && !isGovernedItself(model, source) && source.beneath === null) {
    if (readsRestricted(model, source, subject, options, applying)) return null;
  }
  if (!entities.some((entity) => isGovernedItself(model, entity)))
    refuseKin(model, entities, subject, options, applying);
  return access;
};

/** The same by the policies of these entities alone. */
const ownAccess = (
  model: Model,
  entities: readonly Entity[],
  subject: Subject,
  options: PermissionOptions,
  applying: readonly Policy[],
): TableAccess | null => {
  const taken = new Set<string>();
  // On ClickHouse an alias anywhere in a statement takes the name from all others, so it is none that people choose.
  const alias = freshName(options.dialect === 'clickhouse' ? 'permitted_row' : 'p', taken);
  const context: RowContext = { model, subject, dialect: options.dialect, taken, reads: new Set() };
  const accesses: EntityAccess[] = [];
  for (const entity of entities) {
    const access = accessTo(context, entity, alias, applying, options.side ?? 'own');
    if (access === null) return null;
    accesses.push(access);
  }
  const show = (column: string): Show =>
    accesses.reduce((met: Show, access) => stricter(met, access.show(column)), clear);
  const aggregates = accesses.flatMap(({ aggregate }) => (aggregate === null ? [] : [aggregate]));
  return { source: entities[0]!, entities, accesses, aggregates, context, alias, show };
};

/** Whether the subject may not see all of an entity. */
const isRestricted = (
  model: Model,
  entity: Entity,
  subject: Subject,
  options: PermissionOptions,
  applying: readonly Policy[],
): boolean => {
  const access = ownAccess(model, [entity], subject, options, applying);
  return (
    access === null ||
    access.accesses.some(({ policies }) => policies.some((policy) => restricts(policy, access, options)))
  );
};

/** @throws DataMindError `VIEW_CLOSED` when rows that may be among an entity's are not all open to the subject elsewhere */
const refuseKin = (
  model: Model,
  entities: readonly Entity[],
  subject: Subject,
  options: PermissionOptions,
  applying: readonly Policy[],
): void => {
  // One that says what lies beneath says it of the table that they share.
  const said = entities.filter(({ beneath }) => beneath !== null);
  for (const entity of said.length > 0 ? said : entities) {
    const kin = kinOf(model, entity, options.lineages);
    const others = kin.entities.filter((other) => !entities.includes(other));
    if (!others.some((other) => isRestricted(model, other, subject, options, applying))) continue;
    // Of an entity that does not exist for whoever asks nothing is said.
    const told = [entity, ...entities].find(({ name }) => isEntityWithin(model, name));
    const why = kin.isKnown
      ? 'rows that it shows are rows of a table of which you may not see everything'
      : 'the database does not tell what it reads, and it may be what you may not see';
    throw new DataMindError(
      'VIEW_CLOSED',
      `${told === undefined ? 'A part of what is asked' : `"${told.name}"`} is closed to you: ${why}. Whoever keeps the model can put a policy on it, or say what lies beneath it with \`beneath\`.`,
    );
  }
};

/** Whether a table beneath a query is closed to the subject, or cut for it: by the words of the query. */
export const readsRestricted = (
  model: Model,
  query: Entity,
  subject: Subject,
  options: PermissionOptions,
  applying: readonly Policy[],
): boolean => {
  const words = wordsOf(query);
  return Object.values(model.entities).some(
    (beneath) =>
      beneath.from.kind === 'table' &&
      mayRead(words, beneath.from.table) &&
      isRestricted(model, beneath, subject, options, applying),
  );
};

/** A policy that admits all rows and shows all columns is no reason to close what stands on its table. */
const restricts = (policy: Policy, { accesses }: TableAccess, { dialect }: PermissionOptions): boolean => {
  if (policy.aggregate_only !== null || policy.allow_only !== null || Object.keys(policy.columns).length > 0)
    return true;
  const isTrue = policy.rows === null || isTrueLiteral(exprFor(policy.rows, dialect, policy.name));
  return !isTrue && accesses.some(({ rows }) => rows !== true);
};

const isTrueLiteral = (expr: Expr): boolean =>
  expr.kind === 'literal' && expr.type === 'boolean' && expr.value === 'true';

/** Mask expressions of authors, with the subject's attributes in them. One that leaves its row is no mask. */
const maskContext = ({ context, alias, entities }: TableAccess, options: PermissionOptions): MaskContext => ({
  model: context.model,
  alias,
  salt: options.salt ?? null,
  expression: (expr: DialectExpr, name: string): Sql | null => {
    const tree = exprFor(expr, options.dialect, `a mask of ${name}`);
    let leaves = !entities.some((entity) => entity.name === name);
    eachField(tree, ({ path }) => {
      leaves ||= path.length > 0;
    });
    if (leaves) return null;
    return { kind: 'authored', expr: withAttributes(context.subject, tree), aliases: { '': alias } };
  },
});

/** Columns of a table that its entities know, in a stable order. */
const columnsOf = (model: Model, entities: readonly Entity[], withRead: boolean): readonly KnownColumn[] => {
  const columns = new Map<string, KnownColumn>();
  for (const entity of entities) {
    for (const column of knownColumns(model, entity)) {
      const known = columns.get(column.name);
      if (known === undefined || known.type === null) columns.set(column.name, column);
    }
  }
  if (!withRead) return [...columns.values()];
  for (const entity of entities) {
    for (const name of [...readColumns(model, entity)].sort()) {
      if (!columns.has(name)) columns.set(name, { name, type: null, stores: null });
    }
  }
  return [...columns.values()];
};

/** All that planned statements need, what only expressions of the model read too. */
export const shownColumns = (access: TableAccess): readonly ShownColumn[] =>
  columnsOf(access.context.model, access.entities, true)
    .map((column) => ({ ...column, show: access.show(column.name) }))
    .filter(({ show }) => isThere(show));

/** Those that texts may name: of entities that exist for the subject, without columns that only joins to others are made of. */
const namedColumns = (access: TableAccess): readonly ShownColumn[] => {
  const known = onlyWithin(access.context.model);
  const entities = access.entities.flatMap(({ name }) => known.entities[name] ?? []);
  return columnsOf(known, entities, false)
    .map((column) => ({ ...column, show: access.show(column.name) }))
    .filter(({ show }) => isThere(show));
};

/** Whether what the subject may have of a table is found by reading what does not exist for it. */
export const readsOutside = ({ context }: TableAccess): boolean =>
  [...context.reads].some((name) => !isEntityWithin(context.model, name));

/** The relation with the given columns; `hidden` are what planned statements need besides, under reserved names. */
export const relationOf = (
  access: TableAccess,
  columns: readonly ShownColumn[],
  hidden: Select['columns'],
  options: PermissionOptions,
): Select => {
  const masks = maskContext(access, options);
  const shown = columns.map((column) => ({ as: column.name, value: shownValue(masks, column, column.show) }));
  return {
    ...plainSelect([...shown, ...hidden], bareSource(access.source, options.dialect, access.alias)),
    where: whereOf(allOf(access.accesses.map(({ rows }) => rows))),
  };
};

const printers = new Map<DialectName, ExpressionPrinter>();

/** A policy's rows for people: with the names of attributes, without their values. */
export const describeRows = ({ on, rows, name }: Policy, dialect: DialectName): string => {
  let printer = printers.get(dialect);
  if (printer === undefined) {
    printer = new ExpressionPrinter(dialects[dialect]);
    printers.set(dialect, printer);
  }
  const aliases: Record<string, string> = { '': on, subject: 'subject' };
  const named = namedAttributes(exprFor(rows!, dialect, name));
  eachField(named, ({ path }) => {
    if (path.length > 0) aliases[path.join('.')] = path.at(-1)!;
  });
  return printer.print(named, aliases);
};

/** Attributes as columns of something that is called `subject`. */
const namedAttributes = (expr: Expr): Expr => {
  const map = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map(map);
    const { kind, attribute } = node as { readonly kind?: unknown; readonly attribute?: unknown };
    if (kind === 'subject') return { kind: 'field', path: ['subject'], column: attribute, type: 'unknown' };
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, map(value)]));
  };
  return map(expr) as Expr;
};

/** Whether a query of the model reads the table and is itself not open to the subject: then its rows must not be had by the table. */
const isBeneathGuarded = (
  model: Model,
  table: string,
  on: readonly Entity[],
  { lineages }: PermissionOptions,
): boolean => {
  const touched = touchedEntities(model);
  return Object.values(model.entities).some(
    (query) =>
      query.from.kind === 'query' &&
      touched.has(query.name) &&
      (mayRead(wordsOf(query), table) || on.some((entity) => sharesRows(entity, query, lineages))),
  );
};

const permission = (model: Model, table: TableName, subject: Subject, options: PermissionOptions): Permission => {
  const entities = entitiesOn(model, table, options.lineages, options.connection);
  if (!entities.some(({ name }) => isEntityWithin(model, name)))
    return closed('TABLE_UNKNOWN', `There is no table "${table.table}" in the model.`);
  const access = tableAccess(model, entities, subject, options);
  if (access === null || isBeneathGuarded(model, table.table, entities, options)) return closedTable(table.table);
  if (access.aggregates.length > 0) {
    return closed(
      'TABLE_CLOSED',
      `"${table.table}" is open to you in planned queries only, which show groups and never single rows.`,
    );
  }
  const columns = namedColumns(access);
  if (columns.length === 0) return closedTable(table.table);
  const relation = relationOf(access, columns, [], options);
  // The text of a query is its author's and names tables as it likes: a name of a user's could stand before them.
  if ([...access.context.reads].some((name) => model.entities[name]?.from.kind === 'query')) {
    return closed('TABLE_CLOSED', `"${table.table}" is open to you in planned queries only.`);
  }
  const policies = new Map(access.accesses.flatMap((one) => one.policies).map((policy) => [policy.name, policy]));
  const masks: Record<string, Mask['kind']> = {};
  for (const { name, show } of columns) {
    const [strictest] = masksIn(show);
    if (strictest !== undefined) masks[name] = strictest;
  }
  return {
    kind: 'permitted',
    relation,
    columns: columns.map(({ name, type, show }): PermittedColumn => ({ name, type, masked: show.kind !== 'clear' })),
    whole: relation.where.length === 0,
    outside: readsOutside(access),
    policies: [...policies.keys()].sort(),
    predicates: [...policies.values()].flatMap((policy) =>
      policy.rows === null ? [] : [describeRows(policy, options.dialect)],
    ),
    masks,
  };
};

const most = 1_000;
/** Permissions made, by model: they are the same while the fingerprint of the policies is. */
const made = new WeakMap<Model, Map<string, Permission>>();

/**
 * What the subject may have of a table. Closed when nothing; `ATTRIBUTE_MISSING` when a policy needs an attribute that the
 * subject lacks or that has the wrong type; `UNSUPPORTED_ON_DIALECT` when a policy cannot be written for the dialect.
 */
export const permittedRelation: PermittedRelation = (model, table, subject, options) => {
  let known = made.get(model);
  if (known === undefined) {
    known = new Map();
    made.set(model, known);
  }
  const { fingerprint } = policyFingerprint(model, subject, options.now);
  const { catalog, schema, table: name } = table;
  const place = options.connection === undefined ? [] : [options.connection];
  const { hash } = options.lineages;
  const key = JSON.stringify([
    fingerprint,
    options.dialect,
    options.salt ?? null,
    hash,
    catalog,
    schema,
    name,
    ...place,
  ]);
  let found = known.get(key);
  if (found === undefined) {
    found = permissionOrRefusal(model, table, subject, options);
    if (known.size >= most) known.delete(known.keys().next().value!);
    known.set(key, found);
  }
  return found;
};

const permissionOrRefusal: PermittedRelation = (model, table, subject, options) => {
  try {
    return permission(model, table, subject, options);
  } catch (error) {
    if (error instanceof DataMindError) return closed(error.code, error.message);
    throw error;
  }
};
