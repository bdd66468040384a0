import { makeProducts } from './catalogue.js';
import { makeCustomers, makeEmployees } from './people.js';
import { onlineStore, regionRows, storeRows } from './places.js';
import { createRandom } from './random.js';
import { makeSessions, makeTickets } from './service.js';
import { makeStock, makeTargets } from './stock.js';
import type { DemoRow, DemoTableName } from './tables.js';
import { makeTrade, type Order } from './trade.js';

/** Takes rows of any table, in any order of tables. */
export type DemoWriter = (table: DemoTableName, row: DemoRow) => void;

/**
 * Makes every row of the demo and hands it to `write`. Each subject draws from a seed of its own, so that a change to one
 * leaves the others' rows as they were.
 * @returns an iterator that yields how much is done, from 0 to 1, often enough for a progress bar and for cancelling.
 */
export function* generateDemo(write: DemoWriter): Generator<number> {
  const all = (table: DemoTableName, rows: Iterable<DemoRow>): void => {
    for (const row of rows) write(table, row);
  };
  const { customers, rows: customerRows } = makeCustomers(createRandom(1));
  const { employees, rows: employeeRows } = makeEmployees(createRandom(2));
  const { products, rows, tagRows, productTagRows } = makeProducts(createRandom(3));
  all('regions', regionRows());
  all('stores', storeRows());
  all('customers', customerRows);
  all('employees', employeeRows);
  all('products', rows);
  all('tags', tagRows);
  all('product_tags', productTagRows);
  all('sales_targets', makeTargets(createRandom(4)));
  yield 0.05;
  const orders: Order[] = [];
  const webOrders: Order[] = [];
  const trade = makeTrade(createRandom(5), customers, employees, products, {
    order: (row, order) => {
      write('orders', row);
      orders.push(order);
      if (row[2] === onlineStore) webOrders.push(order);
    },
    line: (row) => write('order_lines', row),
    returned: (row) => write('returns', row),
  });
  for (const done of trade) yield 0.05 + done * 0.65;
  all('web_sessions', makeSessions(createRandom(6), webOrders, customers));
  yield 0.8;
  all('tickets', makeTickets(createRandom(7), orders, employees));
  yield 0.85;
  all('stock_levels', makeStock(createRandom(8), products));
  yield 1;
}
