/** The conditions of a semantic query, as people say them. */
import type { Condition, Filter, Operator } from './semantic-query.js';

const operatorWords: Readonly<Record<Operator, string>> = {
  eq: 'is',
  ne: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  between: 'is between',
  like: 'is like',
  not_like: 'is not like',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  is_null: 'is empty',
  not_null: 'is not empty',
  under: 'is under',
};

/** What a list of one is said as. */
const ofOne: Partial<Readonly<Record<Operator, string>>> = { in: 'is', not_in: 'is not' };

const listed = (values: readonly (string | number | boolean)[], word: string): string => {
  const texts = values.map(String);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}`;
};

type LabelOf = (member: string) => string;

const conditionInWords = ({ member, op, values = [] }: Condition, labelOf: LabelOf): string => {
  const words = (values.length === 1 ? ofOne[op] : undefined) ?? operatorWords[op];
  // The values of `under` are the way down a hierarchy.
  const said = op === 'under' ? values.join(' / ') : listed(values, op === 'between' ? 'and' : 'or');
  return [labelOf(member), words, said].filter((part) => part !== '').join(' ');
};

const filterInWords = (filter: Filter, labelOf: LabelOf): string => {
  if ('member' in filter) return conditionInWords(filter, labelOf);
  if ('not' in filter) return `not (${filterInWords(filter.not, labelOf)})`;
  const [word, parts] = 'and' in filter ? (['and', filter.and] as const) : (['or', filter.or] as const);
  const texts = parts.map((part) => filterInWords(part, labelOf));
  return texts.length === 1 ? texts[0]! : `(${texts.join(` ${word} `)})`;
};

/**
 * What all rows fulfil, a text a condition.
 * @param labelOf the name that people have for a member
 */
export const filtersInWords = (filter: Filter | undefined, labelOf: LabelOf): readonly string[] => {
  if (filter === undefined) return [];
  return ('and' in filter ? filter.and : [filter]).map((part) => filterInWords(part, labelOf));
};
