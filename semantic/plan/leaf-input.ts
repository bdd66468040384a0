import { and, column, number, type Sql } from '../../core/sql/statement.js';
import type { Measure } from '../model/model.js';
import type { AskedLeaf } from './asked-leaf.js';
import { conversionCondition } from './conversion.js';
import type { StageContext } from './stage.js';

/** What a measure that must not be added up over time takes of each row: when it was, and what it belongs to. */
export interface Moment {
  /** Null where the row takes no part. */
  readonly at: Sql;
  readonly take: 'first' | 'last';
  readonly per: readonly Sql[];
}

/** What is aggregated of each row for a leaf, and by what. */
export interface LeafInput {
  readonly asked: AskedLeaf;
  readonly measure: Measure;
  /** `null` counts rows. */
  readonly value: Sql | null;
  readonly moment: Moment | null;
}

export const leafInput = (stage: StageContext, asked: AskedLeaf): LeafInput => {
  const { source } = stage;
  const { leaf } = asked;
  const { measure, fact } = leaf;
  const what = `${fact.name}.${measure.name}`;
  const conditions: Sql[] = [];
  if (measure.where !== null) conditions.push(source.own(measure.where, what));
  if (leaf.where !== null) conditions.push(source.own(leaf.where, leaf.label));
  const expr = measure.expr === null ? null : source.own(measure.expr, what);
  const moment = momentOf(stage, measure, conditions);
  if (measure.aggregation === 'count_if' && expr !== null) conditions.push(expr);
  if (leaf.conversion !== null) conditions.push(conversionCondition(stage, leaf));
  const isRows = expr === null || measure.aggregation === 'count_if';
  const value: Sql | null = isRows ? (conditions.length === 0 ? null : number(1)) : expr;
  return { asked, measure, value: value === null ? null : guarded(value, conditions), moment };
};

const guarded = (value: Sql, conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? value : { kind: 'case', when: and([...conditions]), result: value, otherwise: null };

const momentOf = ({ spec, source }: StageContext, measure: Measure, conditions: readonly Sql[]): Moment | null => {
  if (measure.semi_additive === null) return null;
  const { over, take, per } = measure.semi_additive;
  const { fact } = spec;
  const own = (name: string): Sql => {
    const dimension = fact.dimensions[name];
    return dimension === undefined ? column(source.root, name) : source.own(dimension.expr, `${fact.name}.${name}`);
  };
  return { at: guarded(own(over), conditions), take, per: per.map(own) };
};
