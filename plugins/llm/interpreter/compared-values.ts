/** `StayNow versus our own website`: values that are put beside each other are of one kind, and are no two conditions on one row. */
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { AskedFilter } from './of-many-rows.js';
import type { Sketch, ValueFilter } from './sketch.js';

const memberOf = ({ filters = [] }: Option): string | undefined =>
  filters.length === 1 ? filters[0]!.condition.member : undefined;

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

/** The same filters, those that are compared with the options that they have in common; a failure where they have none. */
export const comparedValues = (sketch: Sketch, asked: readonly AskedFilter[]): readonly AskedFilter[] | Failure => {
  // What is compared are two times, and the values say of what.
  if (!sketch.isCompared || sketch.times.length > 1 || sketch.previous !== null) return asked;
  const found = [...asked];
  for (let at = 1; at < found.length; at += 1) {
    const [one, other] = [found[at - 1]!, found[at]!];
    if (one.filter.kind !== 'value' || other.filter.kind !== 'value') continue;
    if (!areBeside(sketch, one.filter, other.filter)) continue;
    const shared = new Set(one.options.flatMap((option) => memberOf(option) ?? []));
    const both = new Set(other.options.flatMap((option) => memberOf(option) ?? []).filter((name) => shared.has(name)));
    const kept = [one, other].map(({ filter, options }) => ({
      filter,
      options: options.filter((option) => both.has(memberOf(option) ?? '')),
    }));
    if (both.size === 0) {
      const [first, second] = [one.filter.mention.item.text, other.filter.mention.item.text];
      return unclear(`"${first}" and "${second}" are of different kinds: say what is to be compared.`);
    }
    found.splice(at - 1, 2, ...kept);
  }
  return found;
};
