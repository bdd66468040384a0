/** `Employees hired after 2019 - how many?`: what is asked comes last, and is read as if it came first. */
import type { Item } from './items.js';
import type { WordClass } from './language.js';

const asking: readonly WordClass[] = ['howMany'];

const isSilent = ({ text, classes, readings, amount }: Item): boolean =>
  !/[\p{L}\p{N}]/u.test(text) || (classes.has('filler') && readings.length === 0 && amount === null);

export const askedLast = (items: readonly Item[]): readonly Item[] => {
  const at = items.findLastIndex((item) => !isSilent(item));
  const last = items[at];
  const asks = (item: Item): boolean => asking.some((one) => item.classes.has(one));
  if (at < 1 || !asks(last!) || items.slice(0, at).some(asks)) return items;
  return [last!, ...items.filter((one) => one !== last)];
};
