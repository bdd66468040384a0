import { day, firstDay, lastDay } from './calendar.js';
import type { Product } from './catalogue.js';
import { countingStores, stores } from './places.js';
import type { Random } from './random.js';
import type { DemoRow } from './tables.js';

/** Every evening's count of 60 products in three stores; a store now and then forgets an evening. */
export function* makeStock(random: Random, products: readonly Product[]): Generator<DemoRow> {
  const counted = products
    .filter((product) => product.launched < firstDay && product.discontinued === null)
    .slice(0, 60);
  const onHand = new Map<string, number>();
  for (let today = firstDay; today <= lastDay; today += 1) {
    for (const store of countingStores) {
      const forgotten = random.chance(0.004);
      for (const product of counted) {
        const key = `${store}/${product.id}`;
        const before = onHand.get(key) ?? random.integer(20, 90);
        const sold = Math.min(before, random.weighted([60, 25, 10, 5]));
        const after = before - sold < 8 && random.chance(0.3) ? before - sold + 60 : before - sold;
        onHand.set(key, after);
        if (!forgotten) yield [today, store, product.id, after];
      }
    }
  }
}

/** A target a store and month, from the store's share of the trade; none for a month in which it was not open throughout. */
export function* makeTargets(random: Random): Generator<DemoRow> {
  for (let year = 2023; year <= 2026; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      const first = day(`${year}-${String(month).padStart(2, '0')}-01`);
      if (first < firstDay || first > lastDay) continue;
      for (const store of stores) {
        if (store.opened > first || (store.closed !== null && store.closed < first + 31)) continue;
        yield [
          first,
          store.id,
          Math.round(store.weight * 9_500 * 1.15 ** ((first - firstDay) / 365) * (0.9 + random.next() * 0.2)) * 100,
        ];
      }
    }
  }
}
