/** Conditions that may be known beforehand: `true` admits every row, `false` none. */
import type { Sql } from '../../core/sql/statement.js';

export type Condition = Sql | boolean;

const join = (kind: 'and' | 'or', parts: readonly Condition[]): Condition => {
  const decisive = kind === 'or';
  if (parts.includes(decisive)) return decisive;
  const open = parts.filter((part): part is Sql => typeof part !== 'boolean');
  const flat = open.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const distinct = [...new Map(flat.map((part) => [JSON.stringify(part), part])).values()];
  if (distinct.length === 0) return !decisive;
  return distinct.length === 1 ? distinct[0]! : { kind, parts: distinct };
};

export const allOf = (parts: readonly Condition[]): Condition => join('and', parts);
export const anyOf = (parts: readonly Condition[]): Condition => join('or', parts);

/** As conditions of a WHERE. */
export const whereOf = (condition: Condition): readonly Sql[] => {
  if (condition === true) return [];
  if (condition === false) return [{ kind: 'false' }];
  return condition.kind === 'and' ? condition.parts : [condition];
};
