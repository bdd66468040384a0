/**
 * `Who are our five biggest customers by revenue? Show customer id and revenue`: what is to be shown of what was asked for. It
 * adds figures, and columns of the things themselves, which split nothing.
 */
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { Item } from './items.js';
import { groupOptions, type MemberContext } from './member-options.js';
import type { Group, Mention, Sketch } from './sketch.js';
import { hasKind } from './sketch-state.js';

const isMark = ({ text }: Item): boolean => !/[\p{L}\p{N}]/u.test(text);

/** Whether nothing but names to be shown is there. */
const isColumn = (item: Item): boolean =>
  isMark(item) ||
  item.classes.has('and') ||
  (item.classes.has('filler') && item.readings.length === 0) ||
  (hasKind(item, 'metric', 'dimension') && !hasKind(item, 'value', 'segment') && item.time === null);

export interface Cut {
  /** What is asked. */
  readonly items: readonly Item[];
  /** What is to be shown of it. */
  readonly columns: readonly Item[];
}

/** The names after a `show` that comes when everything is asked already; none where other words are among them. */
export const cutShown = (items: readonly Item[]): Cut => {
  const at = items.findIndex(
    (item, place) =>
      (item.classes.has('show') && isMark(items[place - 1] ?? item)) || (place > 0 && item.classes.has('showing')),
  );
  const rest = items.slice(at + 1);
  const isAsked = items.slice(0, Math.max(at, 0)).some(({ readings }) => readings.length > 0);
  const columns = rest.filter((item) => hasKind(item, 'metric', 'dimension'));
  return isAsked && columns.length > 0 && rest.every(isColumn)
    ? { items: items.slice(0, at), columns }
    : { items, columns: [] };
};

const mentionOf = (item: Item): Mention => ({ item, readings: item.readings, scope: null, isPlural: false });

/** A sketch of what is asked with what is to be shown of it. */
export const withShown = (sketch: Sketch, columns: readonly Item[]): Sketch => {
  const mentions = columns.map(mentionOf);
  const isFigure = (one: Mention): boolean => hasKind(one, 'metric');
  return {
    ...sketch,
    metrics: [...sketch.metrics, ...mentions.filter(isFigure)],
    shown: mentions.filter((one) => !isFigure(one)),
  };
};

const pathOf = (name: string): string => name.slice(0, name.lastIndexOf('.') + 1);

/** Columns of the things that the rows are of: their own, found on the way on which these were. */
export const shownOptions = (
  context: MemberContext,
  shown: readonly Mention[],
  groups: readonly Group[],
): readonly (readonly Option[])[] | Failure => {
  const things = groups.filter(({ mention }) => mention !== null && hasKind(mention, 'entity'));
  const paths = new Set(
    things
      .flatMap((group) => groupOptions(context, group))
      .flatMap(({ dimensions = [] }) => dimensions.map(({ name }) => pathOf(name))),
  );
  const slots: (readonly Option[])[] = [];
  for (const mention of shown) {
    const options = groupOptions(context, { mention, grain: null, by: 'by' }).filter(({ dimensions = [] }) =>
      dimensions.every(({ name }) => paths.has(pathOf(name))),
    );
    if (options.length === 0)
      return unclear(`It is not clear how "${mention.item.text}" is to be shown beside what was asked for.`);
    slots.push(options);
  }
  return slots;
};
