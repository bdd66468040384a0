/** `more than 5 orders`, `revenue above €10k`, `between 10 and 20 kg`, `at least 3`, `5 or more`. */
import type { Item } from './items.js';
import type { NumberOperator, Mention } from './sketch.js';
import { endNegation } from './reach-of-negation.js';
import type { SketchReader } from './read-sketch.js';
import { hasKind, isNoun, only } from './sketch-state.js';
import type { Amount } from './numbers.js';

const operators: readonly Exclude<NumberOperator, 'between'>[] = ['gte', 'lte', 'gt', 'lt', 'eq'];

const skipFillers = (items: readonly Item[], at: number): number => {
  let next = at;
  while (
    items[next] !== undefined &&
    items[next]!.classes.has('filler') &&
    items[next]!.readings.length === 0 &&
    items[next]!.amount === null
  )
    next += 1;
  return next;
};

/** Units are written in many ways; whoever says one after a number says nothing that changes the number. */
const isUnit = (item: Item | undefined, target: Mention | null): boolean => {
  if (item === undefined) return false;
  const text = item.text.toLowerCase();
  const units = (target?.readings ?? []).flatMap((one) =>
    one.kind === 'metric' ? (one.metric.unit ?? []) : one.kind === 'dimension' ? (one.dimension.unit ?? []) : [],
  );
  return units.some((unit) => unit.toLowerCase() === text || item.grain?.startsWith(unit.toLowerCase()[0]!));
};

/** Something that has a size. */
const isMeasured = (item: Item | undefined): boolean =>
  (item?.readings ?? []).some(
    (one) =>
      one.kind === 'metric' || one.kind === 'entity' || (one.kind === 'dimension' && one.dimension.type === 'number'),
  );

const kindsOf = ['metric', 'entity', 'dimension'] as const;

/** The place after the condition; `null` where none begins there. */
export const readNumberFilter = (reader: SketchReader, at: number): number | null => {
  const { items } = reader;
  const item = items[at]!;
  let next: number;
  let operator: NumberOperator;
  const amounts: Amount[] = [];
  if (item.classes.has('between')) {
    const first = items[at + 1]?.amount;
    const link = items[at + 2];
    const second = items[at + 3]?.amount;
    if (!first || !second || !link || !(link.classes.has('and') || link.classes.has('prep'))) return null;
    operator = 'between';
    amounts.push(first, second);
    next = at + 4;
  } else {
    const before = operators.find((one) => item.classes.has(one));
    const start = skipFillers(items, at + 1);
    const amount = items[start]?.amount;
    if (before !== undefined && amount) {
      // `minus` and `under the` have other work to do.
      operator = before;
      amounts.push(amount);
      next = start + 1;
    } else if (item.amount !== null && items[at + 1] !== undefined) {
      const after = operators.find(
        (one) => items[at + 1]!.classes.has(one) && /^(or|and)\b/.test(items[at + 1]!.text.toLowerCase()),
      );
      if (after === undefined) return null;
      operator = after;
      amounts.push(item.amount);
      next = at + 2;
    } else return null;
  }
  // `with no more than 5` may be cut as `with no` and `more than`.
  const isNegated =
    reader.isNegated || (reader.mode === 'without' && reader.items[at - 1]?.classes.has('without') === true);
  // Outside of two bounds is no one comparison.
  if (operator === 'between' && isNegated) return null;
  const target = findTarget(reader, at, next, amounts);
  if (target === null) {
    // `and with more than 10?`: of what the question before was about. `over 2025` is a time.
    const isLast = items.slice(next).every((one) => one.readings.length === 0 && one.amount === null);
    if (reader.lastName >= 0 || !isLast || items[at + 1]?.time != null) return null;
    reader.sketch.filters.push({ kind: 'number', operator, amounts, isNegated, target: null });
    endNegation(reader);
    return next;
  }
  reader.sketch.filters.push({
    kind: 'number',
    operator,
    amounts,
    isNegated,
    target: target.mention,
  });
  endNegation(reader);
  reader.mode = 'after';
  reader.link = null;
  return target.next;
};

const findTarget = (
  reader: SketchReader,
  at: number,
  next: number,
  amounts: readonly Amount[],
): { readonly mention: Mention; readonly next: number } | null => {
  const { items, sketch } = reader;
  const following = items[next];
  const compared = reader.measuredBy(items[at]!);
  if (compared !== null) return { mention: compared, next: isUnit(following, compared) ? next + 1 : next };
  if (isMeasured(following)) return { mention: only(reader.mention(following!), ...kindsOf), next: next + 1 };
  // `whose price is over 100`: what stands before, with nothing but little words between.
  const waiting = reader.waiting;
  if (waiting !== null && isMeasured(waiting.mention.item)) {
    reader.waiting = null;
    return { mention: only(waiting.mention, ...kindsOf), next: isUnit(following, waiting.mention) ? next + 1 : next };
  }
  const isNear =
    reader.lastName >= 0 &&
    items
      .slice(reader.lastName + 1, at)
      .every((one) => one.classes.size > 0 && one.readings.length === 0 && one.amount === null);
  const before = items[reader.lastName];
  const { groups, counted, subjects } = sketch;
  const isSubject = [...groups.map(({ mention }) => mention), ...counted].some((one) => one?.item === before);
  if (isNear && isMeasured(before) && hasKind(before!, 'metric', 'dimension') && !isSubject) {
    const mention = only(reader.mention(before!), 'metric', 'dimension');
    // It is a condition, and not what is listed or measured.
    if (!hasKind(mention, 'metric')) {
      for (const list of [sketch.subjects, sketch.scopes]) if (list.at(-1)?.item === before) list.pop();
    }
    const isSaid = isUnit(following, mention) || (following?.classes.has('times') ?? false);
    return { mention, next: isSaid ? next + 1 : next };
  }
  // `orders over 1000 euros`: what each of them comes to.
  const isNamed = isSubject || subjects.some(({ item }) => item === before);
  const isMoney = amounts.some(({ currency }) => currency !== null);
  if (isNear && isMoney && isNamed && hasKind(before!, 'entity')) {
    return { mention: only(reader.mention(before!), 'entity'), next };
  }
  // `over 1000 but less than 2000`: of the same.
  const last = sketch.filters.at(-1);
  const isAgain =
    last?.kind === 'number' &&
    items[at - 1] !== undefined &&
    (['and', 'not', 'butWord'] as const).some((one) => items[at - 1]!.classes.has(one));
  if (isAgain && last.target !== null) {
    endNegation(reader);
    reader.negation = null;
    return { mention: last.target, next: isUnit(following, last.target) ? next + 1 : next };
  }
  // `ordered more than 3 times`
  if (following?.classes.has('times') && isNear && before !== undefined && hasKind(before, 'metric', 'entity')) {
    for (const list of [sketch.metrics, sketch.scopes]) if (list.at(-1)?.item === before) list.pop();
    return { mention: only(reader.mention(before), 'metric', 'entity'), next: next + 1 };
  }
  const skipped = isUnit(following, null) || following?.isUnknown ? next : skipFillers(items, next);
  const prep = items[skipped];
  if (prep?.classes.has('prep') && isMeasured(items[skipped + 1]) && isNoun(items[skipped + 1])) {
    return { mention: only(reader.mention(items[skipped + 1]!), ...kindsOf), next: skipped + 2 };
  }
  return null;
};
