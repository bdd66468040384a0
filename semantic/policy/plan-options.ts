/** What the planner needs to plan for a subject: the model as the subject may know it, and what stands for each table. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { DialectName } from '../../core/plugin/contract.js';
import { column, type Source, type Sql } from '../../core/sql/statement.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Entity, Model } from '../model/model.js';
import { isEntityWithin } from '../model/view.js';
import type { RelationHook } from '../plan/query-context.js';
import { applyingPolicies } from './applying-policies.js';
import { barrierOf } from './barrier.js';
import type { AggregateLimit } from './entity-access.js';
import { listedModel } from './listed-model.js';
import { allOf } from './logic.js';
import { conditionsMayRaise } from './may-raise.js';
import { typedNull } from './mask-value.js';
import type { PermissionOptions } from './permission.js';
import {
  readsOutside,
  readsRestricted,
  relationOf,
  shownColumns,
  type TableAccess,
  tableAccess,
} from './permitted-relation.js';
import { policyFingerprint } from './policy-fingerprint.js';
import { entitiesOn, knownColumns, readColumns } from './table-columns.js';
import { hiddenName, otherRow, othersName, visibleModel } from './visible-model.js';

export interface GovernedPlanning {
  /** To be planned with in the place of the whole model. The same object for the same permissions, so that planners can be kept. */
  readonly model: Model;
  /** What may be listed of it: nothing that is closed, also because the subject lacks an attribute. */
  listed(): Model;
  /** For {@link PlanOptions.relation}. @throws DataMindError when the entity is closed, or open to aggregates only */
  readonly relation: RelationHook;
  /** The limits on an entity that only groups may be had of; empty for all others. */
  aggregatesOf(entity: string): readonly AggregateLimit[];
  /** Whether the entity has any row for the subject, as far as policies tell before they are asked. */
  hasRowsOf(entity: string): boolean;
  /** As {@link relation}, with one entity of which only groups may be had. */
  relationFor(aggregated: string): RelationHook;
  /** The name under which planned statements read a column as it is, whatever the subject sees of it. */
  nameAsIs(entity: string, column: string): string;
  /** The same for all entities on one table, however they spell it and its connection. */
  tableOf(entity: string): string;
  /** Whether reading it shows something that does not exist for the subject: itself, or where its policies follow a join. */
  isOutside(entity: string): boolean;
  /** Whether the text of an entity that is a query may be told: all beneath it is open to the subject. */
  showsQuery(entity: string): boolean;
  /** Names of the policies that apply to the entity, in order. */
  policiesOf(entity: string): readonly string[];
}

type Outcome = TableAccess | null | DataMindError;

const closed = (): DataMindError =>
  new DataMindError('FORBIDDEN', 'A part of what this query needs is closed to you.', {
    hint: 'Ask for less, or ask whoever grants access.',
  });

const plan = (model: Model, subject: Subject, options: PermissionOptions): GovernedPlanning => {
  const applying = applyingPolicies(model, subject, options.now);
  const outcomes = new Map<string, Outcome>();
  const outcomeOf = ({ name }: Entity): Outcome => {
    let outcome = outcomes.get(name);
    if (outcome === undefined) {
      outcome = find(model.entities[name]!);
      outcomes.set(name, outcome);
    }
    return outcome;
  };
  const find = (entity: Entity): Outcome => {
    const same =
      entity.from.kind === 'table' ? entitiesOn(model, entity.from, options.lineages, entity.connection) : [];
    const entities = [entity, ...same.filter(({ name }) => name !== entity.name)];
    try {
      return tableAccess(model, entities, subject, options, applying);
    } catch (error) {
      if (error instanceof DataMindError) return error;
      throw error;
    }
  };
  const sources = new Map<string, Source | null>();
  const read =
    (aggregated: string | null): RelationHook =>
    (entity, source) => {
      const outcome = outcomeOf(entity);
      if (outcome instanceof DataMindError) throw outcome;
      if (outcome === null) throw closed();
      if (outcome.aggregates.length > 0 && entity.name !== aggregated) {
        if (!isEntityWithin(model, entity.name)) throw closed();
        throw new DataMindError('FORBIDDEN', `Of "${entity.name}" you may have groups only, by its own measures.`, {
          hint: `Ask for measures of "${entity.name}", split by its own dimensions and without filters.`,
        });
      }
      let found = sources.get(entity.name);
      if (found === undefined) {
        found = relation(model, outcome, options);
        sources.set(entity.name, found);
      }
      return found === null ? source : { ...(found as Extract<Source, { kind: 'derived' }>), alias: source.alias };
    };
  const isOpen = Object.keys(model.policies).length === 0 && model.project.default_access === 'open';
  const visible = isOpen
    ? model
    : visibleModel(model, (entity) => {
        const outcome = outcomeOf(entity);
        return outcome instanceof DataMindError ? undefined : outcome;
      });
  const accessOf = (name: string): TableAccess | null => {
    const outcome = outcomeOf(model.entities[name]!);
    return outcome instanceof DataMindError ? null : outcome;
  };
  const told = new Map<string, boolean>();
  const isTold = (name: string): boolean => {
    try {
      return isOpen || !readsRestricted(model, model.entities[name]!, subject, options, applying);
    } catch (error) {
      if (error instanceof DataMindError) return false;
      throw error;
    }
  };
  let listed: Model | null = null;
  return Object.freeze({
    model: visible,
    listed: () => {
      listed ??= isOpen && model.view === undefined ? model : listedModel(model, ({ name }) => accessOf(name));
      return listed;
    },
    relation: read(null),
    relationFor: read,
    aggregatesOf: (name: string) => accessOf(name)?.aggregates ?? [],
    hasRowsOf: (name: string) => accessOf(name)?.accesses.every(({ rows }) => rows !== false) ?? false,
    nameAsIs: (name: string, column: string) =>
      (accessOf(name)?.show(column).kind ?? 'clear') === 'clear' ? column : hiddenName(column),
    tableOf: (name: string) => {
      const { from, connection } = model.entities[name]!;
      if (from.kind === 'query') return `entity ${name}`;
      const named = [...options.lineages.of(connection).namedBy(from)].sort();
      const table = named.length > 0 ? named : [from.schema, from.table];
      return JSON.stringify([options.lineages.nameOf(connection), ...table]).toLowerCase();
    },
    isOutside: (name: string) => {
      const access = accessOf(name);
      return !isEntityWithin(model, name) || (access !== null && readsOutside(access));
    },
    showsQuery: (name: string) => {
      const known = told.get(name) ?? isTold(name);
      told.set(name, known);
      return known;
    },
    policiesOf: (name: string) =>
      [...new Set(accessOf(name)?.accesses.flatMap(({ policies }) => policies.map((one) => one.name)) ?? [])].sort(),
  });
};

/** MariaDB merges a view into what stands around it, and loses nulls by that; a subquery around the view can be kept from it. */
const mayLoseNulls = ({ from, connection }: Entity, { dialect, lineages }: PermissionOptions): boolean =>
  dialect === 'mysql' &&
  from.kind === 'table' &&
  lineages.of(connection).viewsOf(from.table.toLowerCase())?.length !== 0;

/** `null` when nothing is kept back, so that the bare table serves. */
const relation = (model: Model, access: TableAccess, options: PermissionOptions): Source | null => {
  const columns = shownColumns(access);
  const { source, entities } = access;
  const walked = new Set([
    ...source.key,
    ...access.aggregates.flatMap(({ of }) => of),
    ...Object.values(source.joins).flatMap(({ on }) => on.map(({ from }) => from)),
    ...knownColumns(model, source).flatMap(({ name, type }) => (type === null ? [name] : [])),
    ...Object.values(model.entities).flatMap(({ joins }) =>
      Object.values(joins).flatMap(({ to, on }) => (to === source.name ? on.map((pair) => pair.to) : [])),
    ),
    ...Object.values(model.metrics).flatMap((metric) => {
      if (metric.kind !== 'conversion') return [];
      const { base, conversion, by } = metric;
      return by.flatMap((pair) => [
        ...(base.entity === source.name ? [pair.base] : []),
        ...(conversion.entity === source.name ? [pair.conversion] : []),
      ]);
    }),
  ]);
  const asIs = (name: string): Sql => column(access.alias, name);
  const hidden = [...walked]
    .filter((name) => access.show(name).kind !== 'clear')
    .map((name) => ({ as: hiddenName(name), value: asIs(name) }));
  const own = options.side === 'everyone' ? allOf(access.accesses.map((one) => one.own)) : false;
  // What the subject knows already may be taken away from an answer: only the rows besides it hide each other.
  const others = (value: Sql): Sql =>
    typeof own === 'boolean' ? value : { kind: 'case', when: own, result: typedNull(value), otherwise: value };
  if (options.side === 'everyone') {
    for (const name of new Set(access.aggregates.flatMap(({ of }) => of)))
      hidden.push({ as: othersName(name), value: others(asIs(name)) });
    hidden.push({ as: otherRow, value: others({ kind: 'number', value: '1' }) });
  }
  const whole = access.accesses.every(({ rows }) => rows === true);
  const all = new Set(
    entities.flatMap((entity) => [
      ...knownColumns(model, entity).map(({ name }) => name),
      ...readColumns(model, entity),
    ]),
  );
  const isBare =
    whole && hidden.length === 0 && columns.length === all.size && columns.every(({ show }) => show.kind === 'clear');
  if (isBare && !mayLoseNulls(source, options)) return null;
  const query = relationOf(access, columns, hidden, options);
  const { dialect, conditionsMayFail = false } = options;
  const mayRaise = conditionsMayFail || conditionsMayRaise(model, source, dialect);
  const needsBarrier = !whole && mayRaise;
  return {
    kind: 'derived',
    query: needsBarrier ? { ...query, barrier: barrierOf(dialect, query) } : query,
    alias: '',
  };
};

const most = 200;
const known = new WeakMap<Model, Map<string, GovernedPlanning>>();

/** Made once for a model and what its policies permit; later calls with an equal fingerprint get the same. */
export const planOptionsFor = (model: Model, subject: Subject, options: PermissionOptions): GovernedPlanning => {
  let made = known.get(model);
  if (made === undefined) {
    made = new Map();
    known.set(model, made);
  }
  const { fingerprint } = policyFingerprint(model, subject, options.now);
  const dialect: DialectName = options.dialect;
  const key = JSON.stringify([
    fingerprint,
    dialect,
    options.salt ?? null,
    options.side ?? 'own',
    options.lineages.hash,
    options.conditionsMayFail ?? false,
  ]);
  let found = made.get(key);
  if (found === undefined) {
    if (made.size >= most) made.delete(made.keys().next().value!);
    found = plan(model, subject, options);
    made.set(key, found);
  }
  return found;
};
