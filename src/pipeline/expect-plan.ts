/**
 * What the firewall and a second parser may find in a planned statement: for each entity it reads the relation that the
 * subject is permitted, or the bare table of which all is shown, or the query that its author wrote.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { BareTable, ExpectedRelation } from '../../core/firewall/judge.js';
import type { DialectName, Parameter } from '../../core/plugin/contract.js';
import { printReadable, printRelation, printStatement } from '../../core/sql/print-statement.js';
import type { Policing } from '../../core/sql/second-opinion/opinion.js';
import type { QueryBody, Select, Source, Statement } from '../../core/sql/statement.js';
import type { Entity, Model } from '../../semantic/model/model.js';
import type { PlannedStatement } from '../../semantic/plan/plan.js';
import type { RelationHook } from '../../semantic/plan/query-context.js';
import { bareSource } from '../../semantic/policy/row-condition.js';
import { toldStatement } from '../../semantic/policy/told-statement.js';
import { columnBehind } from '../../semantic/policy/visible-model.js';

export interface ExpectedPlan {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  readonly expected: readonly ExpectedRelation[];
  readonly bare: readonly BareTable[];
  readonly policing: Policing;
  /** The text as whoever asks may read it. */
  readonly told: string;
  /** The same before any policy. */
  readonly toldOriginal: string;
  /** The same with the values in it: for people to read, and never run as it is. */
  readonly readable: () => string;
}

interface Reading {
  readonly entity: Entity;
  readonly source: Source;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

/** The statement over bare tables, and how often each relation stood in it. */
const laidBare = (
  statement: Statement,
  dialect: DialectName,
  byRelation: ReadonlyMap<QueryBody, Entity>,
): {
  readonly statement: Statement;
  readonly replaced: readonly { readonly alias: string; readonly query: Select }[];
} => {
  const replaced: { readonly alias: string; readonly query: Select }[] = [];
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (!isObject(node)) return node;
    if (node.kind === 'derived') {
      const { query, alias } = node as unknown as { readonly query: QueryBody; readonly alias: string };
      const entity = byRelation.get(query);
      if (entity !== undefined) {
        replaced.push({ alias, query: query as Select });
        const table = { kind: 'table', entity: entity.name, catalog: null, schema: null, table: entity.name, alias };
        return entity.from.kind === 'query' ? table : bareSource(entity, dialect, alias);
      }
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
  };
  return { statement: walk(statement) as Statement, replaced };
};

/** What stands for an entity; nothing where it is closed: the planner has then not read it in this way. */
const read = (hook: RelationHook, entity: Entity, dialect: DialectName): readonly Reading[] => {
  try {
    return [{ entity, source: hook(entity, bareSource(entity, dialect, entity.name)) }];
  } catch (error) {
    if (error instanceof DataMindError) return [];
    throw error;
  }
};

/** Whether what is told of the statement must differ from what runs. */
const hidesNames = ({ entity, source }: Reading, showsQuery: (entity: string) => boolean): boolean => {
  if (source.kind === 'query') return !showsQuery(entity.name);
  if (source.kind !== 'derived' || source.query.kind !== 'select') return false;
  const { columns, from } = source.query;
  return columns.some(({ as }) => columnBehind(as) !== null) || hidesNames({ entity, source: from }, showsQuery);
};

/**
 * @param hooks what may stand for an entity in statements that are planned for the subject
 * @param showsQuery whether the subject may read the query that an entity is
 */
export const expectPlan = (
  { text, parameters, statement }: PlannedStatement,
  model: Model,
  entities: readonly string[],
  hooks: readonly ((entity: string) => RelationHook)[],
  showsQuery: (entity: string) => boolean,
): ExpectedPlan => {
  const { dialect } = statement;
  const readings = entities.flatMap((name) =>
    hooks.flatMap((hookFor) => read(hookFor(name), model.entities[name]!, dialect)),
  );
  const byRelation = new Map(
    readings.flatMap(({ entity, source }) => (source.kind === 'derived' ? [[source.query, entity] as const] : [])),
  );
  const expected = readings.flatMap(({ entity, source }): readonly ExpectedRelation[] => {
    if (source.kind === 'query') return [{ table: entity.name, text: source.text, parameters: [] }];
    if (source.kind !== 'derived') return [];
    return [{ table: entity.name, ...printRelation(dialect, source.query as Select, 0) }];
  });
  const bare = readings.flatMap(({ source }) => (source.kind === 'table' ? [source] : []));
  const original = laidBare(statement, dialect, byRelation);
  const originalText = original.replaced.length === 0 ? text : printStatement(original.statement).text;
  const hides = readings.some((reading) => hidesNames(reading, showsQuery));
  const tell = (whole: Statement): Statement => (hides ? toldStatement(whole, showsQuery) : whole);
  return {
    text,
    parameters,
    expected,
    bare: bare.map(({ catalog, schema, table }) => ({ catalog, schema, table })),
    told: hides ? printStatement(tell(statement)).text : text,
    toldOriginal: hides ? printStatement(tell(original.statement)).text : originalText,
    readable: () => printReadable(tell(original.statement)),
    policing: {
      original: originalText,
      text,
      relations: original.replaced.map(({ alias, query }) => ({ alias, text: printRelation(dialect, query, 0).text })),
      renamed: {},
      bare: bare.map(({ catalog, schema, table }) => [catalog, schema, table].filter((part) => part !== null)),
    },
  };
};
