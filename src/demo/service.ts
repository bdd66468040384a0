import { dayCount, firstDay, lastDay, weekdayOf } from './calendar.js';
import { type Customer, customerCount, type Employee } from './people.js';
import type { Random } from './random.js';
import type { DemoRow } from './tables.js';
import type { Order } from './trade.js';

const channels = ['search', 'direct', 'newsletter', 'social', 'ads', 'price comparison'];
const devices = ['phone', 'desktop', 'tablet'];

/** Visits to the web shop: one shortly before each web order of a known customer, and many that led to nothing. */
export function* makeSessions(
  random: Random,
  webOrders: readonly Order[],
  customers: readonly Customer[],
): Generator<DemoRow> {
  let id = 0;
  const visit = (customer: number | null, at: number, bought: boolean): DemoRow => {
    id += 1;
    const pages = 1 + Math.floor((bought ? 6 : 1) + random.next() ** 2 * 14);
    return [
      id,
      customer,
      at,
      devices[random.weighted([58, 35, 7])]!,
      channels[random.weighted([32, 24, 12, 13, 12, 7])]!,
      pages,
      pages * random.integer(8, 55),
    ];
  };
  for (const order of webOrders)
    if (order.customer !== null && random.chance(0.94))
      yield visit(order.customer, order.at - random.integer(60, 3600), true);
  for (let index = 0; index < dayCount; index += 1) {
    const today = firstDay + index;
    const visits = Math.round(95 * 1.2 ** (index / 365) * (weekdayOf(today) === 6 ? 1.4 : 1));
    for (let n = 0; n < visits; n += 1) {
      const at = today * 86_400 + random.integer(0, 86_399);
      const customer = random.chance(0.25) ? customers[random.integer(0, customerCount - 1)]! : null;
      yield visit(customer !== null && customer.signedUp <= at ? customer.id : null, at, false);
    }
  }
}

const topics = ['delivery', 'return', 'product advice', 'invoice', 'complaint', 'account'];

export function* makeTickets(
  random: Random,
  orders: readonly Order[],
  employees: readonly Employee[],
): Generator<DemoRow> {
  const agents = employees.filter((it) => it.serves);
  let id = 0;
  for (const order of orders) {
    if (order.customer === null || !random.chance(0.11)) continue;
    const opened = order.at + random.integer(3600, 20 * 86_400);
    if (opened >= (lastDay + 1) * 86_400) continue;
    id += 1;
    const priority = ['low', 'normal', 'high', 'urgent'][random.weighted([25, 55, 15, 5])]!;
    const assigned = random.chance(0.97);
    const response = assigned ? Math.max(1, Math.round(random.normal(priority === 'urgent' ? 40 : 210, 60))) : null;
    const closed =
      response !== null && random.chance(0.95) ? opened + response * 60 + random.integer(600, 6 * 86_400) : null;
    const done = closed !== null && closed < (lastDay + 1) * 86_400 ? closed : null;
    yield [
      id,
      order.customer,
      random.chance(0.8) ? order.id : null,
      assigned ? random.pick(agents).id : null,
      topics[random.weighted([30, 22, 18, 9, 13, 8])]!,
      priority,
      opened,
      done,
      response,
      done !== null && random.chance(0.4) ? 1 + random.weighted([6, 8, 16, 35, 35]) : null,
    ];
  }
}
