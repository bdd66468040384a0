import { day, firstDay, lastDay } from './calendar.js';
import type { Random } from './random.js';
import type { DemoRow } from './tables.js';

interface Line {
  readonly department: string;
  readonly category: string;
  readonly nouns: readonly string[];
  /** EUR. */
  readonly price: readonly [number, number];
  readonly weight: readonly [number, number];
  /** Demand by month, January first. */
  readonly season: readonly number[];
}

const summer = [4, 4, 6, 8, 11, 13, 13, 11, 8, 6, 5, 7];
const winter = [13, 11, 7, 4, 2, 1, 1, 2, 5, 10, 14, 18];
const even = [7, 7, 8, 8, 9, 9, 9, 8, 8, 8, 9, 13];

const line = (
  department: string,
  category: string,
  nouns: string,
  price: readonly [number, number],
  weight: readonly [number, number],
  season: readonly number[],
): Line => ({
  department,
  category,
  nouns: nouns.split(' '),
  price,
  weight,
  season,
});

const lines: readonly Line[] = [
  line('Hiking', 'Boots', 'Ridge Scree Pass Col', [110, 290], [0.7, 1.6], summer),
  line('Hiking', 'Backpacks', 'Carry Haul Daypack Trek', [60, 320], [0.6, 2.6], summer),
  line('Hiking', 'Poles', 'Stride Step', [35, 160], [0.3, 0.6], summer),
  line('Camping', 'Tents', 'Nest Dome Tarn Lodge', [140, 900], [1.1, 6.5], summer),
  line('Camping', 'Sleeping Bags', 'Down Drift Dusk', [90, 620], [0.5, 2.2], summer),
  line('Camping', 'Stoves', 'Ember Flint', [30, 190], [0.1, 0.9], summer),
  line('Camping', 'Lamps', 'Glow Beam', [20, 110], [0.05, 0.4], even),
  line('Climbing', 'Ropes', 'Line Twine', [90, 280], [2.8, 5.1], summer),
  line('Climbing', 'Harnesses', 'Sling Loop', [50, 170], [0.3, 0.6], even),
  line('Climbing', 'Carabiners', 'Snap Gate', [8, 35], [0.03, 0.1], even),
  line('Clothing', 'Shells', 'Gale Squall Mist', [120, 600], [0.2, 0.7], even),
  line('Clothing', 'Down Jackets', 'Loft Puff', [140, 480], [0.3, 0.8], winter),
  line('Clothing', 'Base Layers', 'Wool Skin', [35, 120], [0.1, 0.3], winter),
  line('Clothing', 'Socks', 'Toe Heel', [9, 35], [0.04, 0.12], even),
  line('Winter', 'Skis', 'Carve Tour Powder', [290, 990], [2.2, 4.4], winter),
  line('Winter', 'Snowshoes', 'Float Track', [110, 330], [1.4, 2.3], winter),
  line('Winter', 'Avalanche Gear', 'Signal Probe', [40, 450], [0.2, 0.9], winter),
];

const brands = ['Fjell', 'Norrsk', 'Granit', 'Alpina Rossa', 'Kestrel', 'Tarn & Co'];
const models = ['Light', 'Pro', '2', 'Evo', 'Women', 'Men', 'Kids', 'Classic', 'GT', 'Ultra'];
const tags = [
  'bestseller',
  'recycled',
  'vegan',
  'ultralight',
  'waterproof',
  'made in Europe',
  'repairable',
  'limited edition',
  'for kids',
];

export interface Product {
  readonly id: number;
  readonly category: string;
  readonly price: number;
  readonly cost: number;
  readonly season: readonly number[];
  readonly launched: number;
  readonly discontinued: number | null;
  /** How much it is wanted, against others; 0: never sold. */
  readonly demand: number;
  /** The lamp that was recalled. */
  readonly recalled: boolean;
}

export const priceRiseDay = day('2025-02-01');

export const makeProducts = (
  random: Random,
): { products: Product[]; rows: DemoRow[]; tagRows: DemoRow[]; productTagRows: DemoRow[] } => {
  const products: Product[] = [];
  const rows: DemoRow[] = [];
  const productTagRows: DemoRow[] = [];
  for (const { department, category, nouns, price, weight, season } of lines) {
    for (let n = 0; n < 15; n += 1) {
      const id = products.length + 1;
      const brand = random.pick(brands);
      const euros = price[0] + (price[1] - price[0]) * random.next() ** 1.6;
      const listPrice = Math.round(euros) * 100 - 5;
      const cost = Math.round(listPrice * (0.42 + random.next() * 0.2));
      const isNew = random.chance(0.3);
      const launched = isNew ? firstDay + random.integer(60, 900) : firstDay - random.integer(100, 2000);
      const ends = random.chance(0.12) ? Math.max(launched, firstDay) + random.integer(200, 900) : null;
      const discontinued = ends !== null && ends <= lastDay ? ends : null;
      const recalled = category === 'Lamps' && n === 3;
      const demand = random.chance(0.04) ? 0 : 0.3 + random.next() ** 3 * 5;
      products.push({ id, category, price: listPrice, cost, season, launched, discontinued, demand, recalled });
      rows.push([
        id,
        `${random.pick(nouns)} ${random.pick(models)} ${n + 1}`,
        department,
        category,
        random.chance(0.02) ? null : brand,
        listPrice,
        cost,
        Math.round((weight[0] + (weight[1] - weight[0]) * random.next()) * 1000),
        launched,
        discontinued,
      ]);
      for (let tag = 1; tag <= tags.length; tag += 1) if (random.chance(0.16)) productTagRows.push([id, tag]);
    }
  }
  return { products, rows, tagRows: tags.map((tag, index) => [index + 1, tag]), productTagRows };
};
