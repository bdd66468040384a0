/** `StayNow versus our own website`: values that are put beside each other are of one kind, and are no two conditions on one row. */
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { AskedFilter } from './of-many-rows.js';
import type { Sketch, ValueFilter } from './sketch.js';

/** The one dimension that all conditions of an option are on. */
const memberOf = ({ filters = [] }: Option): string | undefined => {
  const members = new Set(filters.map(({ condition }) => condition.member));
  return members.size === 1 ? [...members][0] : undefined;
};

/** One reading of two values, for each dimension that both may be of. */
const together = (one: readonly Option[], other: readonly Option[]): readonly Option[] =>
  one.flatMap((first) => {
    const second = other.find((option) => memberOf(option) !== undefined && memberOf(option) === memberOf(first));
    if (second === undefined) return [];
    return [
      {
        ...first,
        filters: [...(first.filters ?? []), ...(second.filters ?? [])],
        cost: first.cost + second.cost,
        notes: [...new Set([...(first.notes ?? []), ...(second.notes ?? [])])],
      },
    ];
  });

/** Whether two values stand to each side of what compares, or follow it as two of a list. */
const areBeside = ({ items }: Sketch, one: ValueFilter, other: ValueFilter): boolean => {
  const isWord = (from: number, to: number): boolean =>
    items.some((item) => item.from >= from && item.to <= to && item.classes.has('compare'));
  const [first, second] = [one.mention.item, other.mention.item];
  if (isWord(first.to, second.from)) return true;
  const isList =
    other.link === 'and' && items.every((item) => item.from < first.to || item.to > second.from || !isNamed(item));
  return isList && isWord(0, first.from);
};

const isNamed = ({ readings }: Sketch['items'][number]): boolean => readings.length > 0;

/** The same filters, those that are compared as one of what they may both be; a failure where that is nothing. */
export const comparedValues = (sketch: Sketch, asked: readonly AskedFilter[]): readonly AskedFilter[] | Failure => {
  // What is compared are two times, and the values say of what.
  if (!sketch.isCompared || sketch.times.length > 1 || sketch.previous !== null) return asked;
  const found: AskedFilter[] = [];
  let before: ValueFilter | null = null;
  for (const one of asked) {
    const last = found.at(-1);
    const { filter, options } = one;
    const value = filter.kind === 'value' ? filter : null;
    if (last === undefined || value === null || before === null || !areBeside(sketch, before, value)) found.push(one);
    else {
      const both = together(last.options, options);
      if (both.length === 0) {
        const [first, second] = [before.mention.item.text, value.mention.item.text];
        return unclear(`"${first}" and "${second}" are of different kinds: say what is to be compared.`);
      }
      found[found.length - 1] = { ...last, options: both };
    }
    before = value;
  }
  return found;
};
