/** What a subject may have of one entity: the algebra of `CONTEXT.md`, before tables and text come into it. */
import type { AggregateOnly, Entity, Model, Policy } from '../model/model.js';
import { brokenEntities, namedEntities } from './applying-policies.js';
import { allOf, anyOf, type Condition } from './logic.js';
import { along, type RowContext, rowCondition } from './row-condition.js';
import { absent, type Admission, clear, mostGenerous, type PlainShow, type Show, showOf, stricter } from './show.js';
import { columnOf, columnsRead } from './table-columns.js';

/** Groups that are too small are withheld; only planned queries may ask. */
export interface AggregateLimit {
  readonly entity: string;
  readonly minimum: number;
  /** Columns of which each group must have so many distinct values. */
  readonly of: readonly string[];
  /** Dimensions that may be filtered by. */
  readonly filters: readonly string[];
  readonly budget: { readonly answers: number | null; readonly days: number };
}

/** `everyone`: where the subject has rows of its own and groups besides, all that the groups are of. */
export type Side = 'own' | 'everyone';

export interface EntityAccess {
  readonly rows: Condition;
  /** What is shown of a column that the entity has or may have. */
  show(column: string): Show;
  /** Derived dimensions that are denied by their name. */
  readonly deniedDimensions: ReadonlySet<string>;
  readonly aggregate: AggregateLimit | null;
  /** The rows that the subject may see one by one. */
  readonly own: Condition;
  readonly policies: readonly Policy[];
}

/** How one policy shows the columns of its entity. */
interface Showing {
  column(name: string): PlainShow;
  readonly deniedDimensions: ReadonlySet<string>;
}

const showsAll: Showing = { column: () => clear, deniedDimensions: new Set() };

const showings = new WeakMap<Model, Map<Policy, Showing>>();

/** What the policy says of each column. A derived dimension that is denied takes along what it is made of. */
const showingOf = (context: RowContext, policy: Policy, entity: Entity): Showing => {
  let known = showings.get(context.model);
  if (known === undefined) {
    known = new Map();
    showings.set(context.model, known);
  }
  let showing = known.get(policy);
  if (showing === undefined) {
    showing = computeShowing(context, policy, entity);
    known.set(policy, showing);
  }
  return showing;
};

const computeShowing = ({ model }: RowContext, { columns, allow_only: allowed }: Policy, entity: Entity): Showing => {
  // Engines that tell upper from lower case would else let a mask miss its column.
  const shows = new Map<string, PlainShow>();
  const derived = new Set<string>();
  const put = (column: string, show: PlainShow): void => {
    const key = column.toLowerCase();
    const known = shows.get(key);
    shows.set(key, known === undefined ? show : (stricter(known, show) as PlainShow));
  };
  for (const [name, mask] of Object.entries(columns)) {
    const column = columnOf(entity, name);
    if (column === null) derived.add(name);
    else put(column, showOf(mask, entity.name));
  }
  const allowedColumns = allowed === null ? null : new Set(allowed.flatMap((name) => columnOf(entity, name) ?? []));
  const said = new Set([...shows.keys(), ...[...(allowedColumns ?? [])].map((name) => name.toLowerCase())]);
  for (const name of derived) {
    for (const { path, column } of columnsRead(model, entity, entity.dimensions[name]!.expr)) {
      if (path.length === 0 && !said.has(column.toLowerCase())) put(column, absent);
    }
  }
  for (const { name, column } of Object.values(entity.dimensions)) {
    if (allowed !== null && column === null && !allowed.includes(name)) derived.add(name);
  }
  return {
    column: (name) =>
      allowedColumns !== null && !allowedColumns.has(name) ? absent : (shows.get(name.toLowerCase()) ?? clear),
    deniedDimensions: derived,
  };
};

interface Part {
  readonly policy: Policy;
  readonly rows: Condition;
  readonly showing: Showing;
}

/** The parts that apply to rows of an entity: policies on it, and policies that follow to it. */
const partsOf = (context: RowContext, entity: Entity, alias: string, applying: readonly Policy[]): readonly Part[] =>
  applying.flatMap((policy) => {
    const parts: Part[] = [];
    const what = `policy ${policy.name}`;
    if (policy.on === entity.name) {
      const rows = policy.rows === null ? true : rowCondition(context, entity, alias, policy.rows, what);
      parts.push({ policy, rows, showing: showingOf(context, policy, entity) });
    }
    for (const path of policy.follows) {
      const [from, ...joins] = path.split('.');
      if (from !== entity.name || policy.rows === null) continue;
      const { rows: expr } = policy;
      const rows = along(context, entity, alias, joins, (to, other) => rowCondition(context, to, other, expr, what));
      parts.push({ policy, rows, showing: showsAll });
    }
    return parts;
  });

/** Of an entity that no policy closes: all rows, under the masks that the project puts on personal data. */
const open = (masking: readonly Part[]): EntityAccess => ({
  rows: true,
  show: (column) => masking.reduce((show: Show, { showing }) => stricter(show, showing.column(column)), clear),
  deniedDimensions: new Set(masking.flatMap(({ showing }) => [...showing.deniedDimensions])),
  aggregate: null,
  own: true,
  policies: masking.map(({ policy }) => policy),
});

/** @returns `null` when the entity is closed to the subject @throws DataMindError `ATTRIBUTE_MISSING` */
export const accessTo = (
  context: RowContext,
  entity: Entity,
  alias: string,
  applying: readonly Policy[],
  side: Side,
): EntityAccess | null => {
  const { model } = context;
  if (brokenEntities(model).has(entity.name)) return null;
  const isNamed = namedEntities(model).has(entity.name);
  if (!isNamed && model.project.default_access === 'closed') return null;
  const parts = partsOf(context, entity, alias, applying);
  const restrictive = parts.filter(({ policy }) => policy.effect === 'restrictive');
  if (!isNamed) return open(restrictive);
  const permissive = parts.filter(({ policy }) => policy.effect === 'permissive');
  const plain = permissive.filter(({ policy }) => policy.aggregate_only === null || policy.on !== entity.name);
  // Rows one by one and sums over other rows are not mixed: the difference would be a small group.
  const admitting = plain.length > 0 && side === 'own' ? plain : permissive;
  if (admitting.length === 0) return null;
  const used = [...admitting, ...restrictive];
  const limits = used.flatMap(({ policy }) =>
    policy.aggregate_only === null || policy.on !== entity.name ? [] : [policy.aggregate_only],
  );
  // A derived dimension that only some rows may show is not cut by row: it is denied.
  const deniedDimensions = new Set(used.flatMap(({ showing }) => [...showing.deniedDimensions]));
  return {
    rows: allOf([anyOf(admitting.map(({ rows }) => rows)), ...restrictive.map(({ rows }) => rows)]),
    show: (column) => {
      const admissions = admitting.map(({ rows, showing }): Admission => ({ rows, show: showing.column(column) }));
      return restrictive.reduce(
        (show: Show, { showing }) => stricter(show, showing.column(column)),
        mostGenerous(admissions),
      );
    },
    deniedDimensions,
    aggregate: limits.length === 0 ? null : limitOf(entity, limits),
    own: allOf([anyOf(plain.map(({ rows }) => rows)), ...restrictive.map(({ rows }) => rows)]),
    policies: used.map(({ policy }) => policy),
  };
};

const days: Readonly<Record<AggregateOnly['budget']['per'], number>> = { day: 1, week: 7, month: 30 };

/** The strictest of each. */
const limitOf = (entity: Entity, limits: readonly AggregateOnly[]): AggregateLimit => {
  const answers = limits.flatMap(({ budget }) => budget.answers ?? []);
  return {
    entity: entity.name,
    minimum: Math.max(...limits.map(({ minimum_group: size }) => size)),
    of: [...new Set(limits.map(({ of }) => columnOf(entity, of) ?? of))],
    filters: limits[0]!.filters.filter((name) => limits.every(({ filters }) => filters.includes(name))),
    budget: {
      answers: answers.length === 0 ? null : Math.min(...answers),
      days: Math.max(...limits.map(({ budget }) => days[budget.per])),
    },
  };
};
