import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Source, SourceJoin, Sql } from '../../core/sql/statement.js';
import type { Dimension, Entity, Period } from '../model/model.js';
import type { AskedLeaf } from './asked-leaf.js';
import { FactSource } from './fact-source.js';
import type { Leaf } from './metric-tree.js';
import type { AskedDimension } from './parse-query.js';
import { checkGrain, freshName, type QueryContext, resolveDimension } from './query-context.js';
import type { ResolvedDimension } from './resolve-member.js';

/** Leaves that one SELECT can compute: same fact, same meaning of `metric_time`, same window, same offset. */
export interface StageSpec {
  readonly fact: Entity;
  readonly time: string | null;
  readonly window: Leaf['window'];
  readonly offset: Period | null;
  readonly leaves: readonly AskedLeaf[];
}

/** Where rows come from, and which of them are taken. */
export interface StageRows {
  readonly from: Source;
  readonly joins: readonly SourceJoin[];
  readonly where: readonly Sql[];
}

/** Rows with what they are grouped by, and what is computed of each group. */
export interface GroupedRows extends StageRows {
  /** The dimensions' values, in the query's order. */
  readonly dimensions: readonly Sql[];
  /** The aggregate of each leaf, by its key. */
  readonly leaves: ReadonlyMap<string, Sql>;
}

/** One SELECT over one fact, ready to be grouped. */
export interface Stage extends GroupedRows {
  readonly resolved: readonly ResolvedDimension[];
  /** Which dimension the range is on. */
  readonly rangeKey: string | null;
  /** Windows are shown up to the last period in which the fact has rows. */
  readonly openEnd: boolean;
  /** A dimension is reached to-many: a row of the fact may be in several groups. */
  readonly overlapping: boolean;
  /** Each row of the fact has its own values of the dimensions, and is there once. */
  readonly tellsRowsApart: boolean;
}

/** What the parts of planning one stage share. */
export interface StageContext {
  readonly context: QueryContext;
  readonly spec: StageSpec;
  readonly source: FactSource;
  /** The query's dimensions as this fact finds them. */
  readonly resolved: readonly ResolvedDimension[];
  /** Columns of the dimensions in inner queries. */
  readonly names: readonly string[];
  /** Names of columns in inner queries that are taken. */
  readonly taken: Set<string>;
}

/** @throws DataMindError when a dimension cannot be found from the fact, or has no such grain */
export const openStage = (context: QueryContext, spec: StageSpec): StageContext => {
  const { dimensions } = context.query;
  const source = new FactSource(context, spec.fact);
  const resolved = dimensions.map((asked) => {
    if (asked.key !== undefined) return resolveKey(context, spec, asked.key);
    const found = resolveFor(context, spec, asked.name, asked.at);
    checkGrain(asked, found);
    return found;
  });
  const taken = new Set<string>();
  return { context, spec, source, resolved, names: dimensions.map(({ column }) => freshName(column, taken)), taken };
};

/** A column of the key of an entity that is reached by the one way there is, as it is stored. */
const resolveKey = (
  { members }: QueryContext,
  { fact }: StageSpec,
  { entity: name, column }: NonNullable<AskedDimension['key']>,
): ResolvedDimension => {
  const entity = members.entity(name);
  const { label, description, synonyms, owner, certified, tags, meta, source } = entity;
  const item: Dimension = {
    ...{ name: column, label, description, synonyms, owner, certified, tags, meta, source, hidden: true },
    ...{ type: 'string', column, stores: null, grains: [], values: [], sample_values: [] },
    ...{ unit: null, format: null, pii: null },
    expr: { default: { kind: 'field', path: [], column, type: 'unknown' }, dialects: {} },
  };
  const steps = members.wayTo(fact, name, '/per');
  const key = `${steps.map(({ id }) => id).join('/')}/${name} key ${column}`;
  return { steps, entity, item, key, qualified: `${name} key ${column}` };
};

/** A dimension as the fact of a stage finds it. @throws DataMindError `NO_PATH` with what would work, and others */
export const resolveFor = (
  context: QueryContext,
  { fact, time, leaves }: StageSpec,
  name: string,
  at: string,
): ResolvedDimension => {
  try {
    return resolveDimension(context, fact, time, name, at);
  } catch (error) {
    if (!(error instanceof DataMindError) || error.code !== 'NO_PATH' || leaves.length === 0) throw error;
    const choices = context.members.dimensionsOf(fact, 12);
    throw new DataMindError(
      'NO_PATH',
      `"${leaves[0]!.leaf.label}" cannot be split by "${name}": nothing joins ${context.members.said(fact)} to it.`,
      {
        at,
        hint: choices.length === 0 ? undefined : `It can be split by ${choices.join(', ')}.`,
        suggestions: choices,
      },
    );
  }
};
