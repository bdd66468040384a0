import { day, dayCount, firstDay, lastDay, monthOf, weekdayOf } from './calendar.js';
import { type Product, priceRiseDay } from './catalogue.js';
import { type Customer, customerCount, type Employee, idleCustomers } from './people.js';
import { onlineStore, regionWeights, stores } from './places.js';
import type { Random } from './random.js';
import type { DemoRow } from './tables.js';

/** Orders a day at the beginning, before season and growth. */
const baseOrders = 84;
const yearlyGrowth = 1.17;
const weekdayShare = [0.8, 0.8, 0.85, 0.9, 1.15, 1.6, 0.9];
const monthShare = [0.9, 0.85, 0.85, 0.9, 1.0, 1.1, 1.1, 0.95, 0.9, 0.95, 1.2, 1.55];
const webOutage = day('2025-03-18');
const couponFrenzy = [day('2025-11-10'), day('2025-11-23')] as const;
const recall = [day('2025-06-15'), day('2025-08-15')] as const;

export interface Order {
  readonly id: number;
  readonly customer: number | null;
  readonly at: number;
}

export interface TradeSink {
  order(row: DemoRow, order: Order): void;
  line(row: DemoRow): void;
  returned(row: DemoRow): void;
}

/** Customers in the order of signing up, so that those known on a day are a prefix. */
const byArrival = (customers: readonly Customer[]): Customer[] =>
  customers
    .filter((customer) => customer.id <= customerCount - idleCustomers)
    .flatMap((customer) => Array.from({ length: customer.appetite }, () => customer))
    .sort((one, other) => one.signedUp - other.signedUp || one.id - other.id);

const knownOn = (arrivals: readonly Customer[], second: number): number => {
  let low = 0;
  let high = arrivals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (arrivals[middle]!.signedUp < second) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A table to draw an index from in one step: index `i` stands in it as often as its weight says. */
const lottery = (weights: readonly number[]): Uint16Array => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Uint16Array.from(
    weights.flatMap((weight, index) => Array<number>(Math.round((weight / total) * 4000)).fill(index)),
  );
};

const monthsFrom = (from: number): { readonly first: number; readonly month: number }[] => {
  const starts = [];
  for (let today = from; today <= lastDay; today += 1)
    if (today === from || new Date(today * 86_400_000).getUTCDate() === 1)
      starts.push({ first: today, month: monthOf(today) });
  return starts;
};

/** Orders, their lines and what came back, day by day; `onDay` is told how far it is (0–1). */
export function* makeTrade(
  random: Random,
  customers: readonly Customer[],
  employees: readonly Employee[],
  products: readonly Product[],
  sink: TradeSink,
): Generator<number> {
  const arrivals = byArrival(customers);
  const months = monthsFrom(firstDay);
  let monthIndex = -1;
  let wanted: Uint16Array = lottery([1]);
  let orderId = 0;
  let returnId = 0;
  for (let index = 0; index < dayCount; index += 1) {
    const today = firstDay + index;
    if (months[monthIndex + 1]?.first === today) {
      monthIndex += 1;
      const { month } = months[monthIndex]!;
      wanted = lottery(
        products.map((it) =>
          it.launched > today || (it.discontinued !== null && it.discontinued < today)
            ? 0
            : it.demand * it.season[month - 1]!,
        ),
      );
    }
    const open = stores.filter(
      (it) =>
        it.opened <= today &&
        (it.closed === null || it.closed >= today) &&
        !(it.id === onlineStore && today === webOutage),
    );
    const openWeights = open.map((it) =>
      it.id === onlineStore ? it.weight * (1 + index / dayCount) : weekdayOf(today) === 6 ? 0 : it.weight,
    );
    const frenzy = today >= couponFrenzy[0] && today <= couponFrenzy[1];
    const expected =
      baseOrders *
      yearlyGrowth ** (index / 365) *
      weekdayShare[weekdayOf(today)]! *
      monthShare[monthOf(today) - 1]! *
      (frenzy ? 1.35 : 1);
    const orders = Math.max(0, Math.round(random.normal(expected, Math.sqrt(expected))));
    for (let n = 0; n < orders; n += 1) {
      orderId += 1;
      const store = open[random.weighted(openWeights)]!;
      const online = store.id === onlineStore;
      const at = today * 86_400 + (online ? random.integer(0, 86_399) : random.integer(8 * 3600, 19 * 3600));
      const known = knownOn(arrivals, at);
      const customer =
        known > 0 && random.chance(online ? 0.88 : 0.62) ? arrivals[random.integer(0, known - 1)]! : null;
      const seller = online ? null : sellerOf(random, employees, store.id, today);
      const age = lastDay - today;
      const status = random.chance(0.035)
        ? 'cancelled'
        : age < 3 && random.chance(0.6)
          ? 'open'
          : age < 9 && random.chance(0.5)
            ? 'paid'
            : 'shipped';
      const sent = online || random.chance(0.06);
      const shippedAt = status === 'shipped' ? at + (sent ? random.integer(8, 120) * 3600 : 0) : null;
      const coupon =
        frenzy && online && random.chance(0.45)
          ? 'FRIENDS50'
          : random.chance(0.06)
            ? random.pick(['WELCOME10', 'CLUB15', 'SPRING'])
            : null;
      const shipTo = sent
        ? customer !== null && random.chance(0.93)
          ? customer.region
          : random.weighted(regionWeights) + 1
        : null;
      sink.order(
        [
          orderId,
          customer?.id ?? null,
          store.id,
          seller,
          shipTo,
          at,
          shippedAt,
          status,
          coupon,
          sent ? (random.chance(0.5) ? 0 : 590) : 0,
        ],
        { id: orderId, customer: customer?.id ?? null, at },
      );
      // One in a hundred has no line: the till was opened and nothing was sold.
      const lines = random.chance(0.01) ? 0 : 1 + random.weighted([34, 26, 17, 11, 6, 3, 2, 1]);
      for (let number = 1; number <= lines; number += 1) {
        const product = products[wanted[random.integer(0, wanted.length - 1)]!]!;
        const quantity = product.price < 4000 ? 1 + random.weighted([50, 25, 12, 8, 5]) : random.chance(0.05) ? 2 : 1;
        const price = today >= priceRiseDay ? Math.round(product.price * 1.06) : product.price;
        const rate =
          coupon === 'FRIENDS50'
            ? 0.5
            : coupon === 'CLUB15'
              ? 0.15
              : coupon !== null
                ? 0.1
                : random.chance(0.08)
                  ? 0.2
                  : 0;
        const discount = Math.round(price * quantity * rate);
        const amount = price * quantity - discount;
        sink.line([orderId, number, product.id, quantity, price, discount, amount, product.cost * quantity]);
        const troubled = product.recalled && today >= recall[0] && today <= recall[1];
        if (status === 'shipped' && random.chance(troubled ? 0.7 : online ? 0.065 : 0.025)) {
          const back = today + random.integer(2, 40);
          if (back <= lastDay) {
            returnId += 1;
            const pieces = random.integer(1, quantity);
            const reason = troubled
              ? 'defect'
              : random.chance(0.08)
                ? null
                : random.pick(['too small', 'too large', 'defect', 'not as described', 'changed mind', 'changed mind']);
            sink.returned([returnId, orderId, number, back, pieces, Math.round((amount / quantity) * pieces), reason]);
          }
        }
      }
    }
    yield (index + 1) / dayCount;
  }
}

const sellerOf = (random: Random, employees: readonly Employee[], store: number, today: number): number | null => {
  const present = employees.filter(
    (it) => it.sells && it.store === store && it.hired <= today && (it.left === null || it.left > today),
  );
  return present.length === 0 ? null : random.pick(present).id;
};
