import { day } from './calendar.js';
import type { DemoRow } from './tables.js';

export const onlineStore = 12;
export const baselStore = 9;
export const countingStores = [1, 5, 12] as const;

const regions = [
  ['Bavaria', 'Germany', 'DE'],
  ['Berlin', 'Germany', 'DE'],
  ['Hesse', 'Germany', 'DE'],
  ['Tyrol', 'Austria', 'AT'],
  ['Vienna', 'Austria', 'AT'],
  ['Zurich', 'Switzerland', 'CH'],
  ['Basel', 'Switzerland', 'CH'],
  ['Auvergne-Rhône-Alpes', 'France', 'FR'],
  ['Île-de-France', 'France', 'FR'],
  ['North Holland', 'Netherlands', 'NL'],
  ['Oslo', 'Norway', 'NO'],
  ['Vestland', 'Norway', 'NO'],
] as const;

/** How many customers and web orders come from each region. */
export const regionWeights = [20, 15, 9, 7, 6, 8, 4, 7, 8, 8, 5, 3] as const;

export const regionCities = [
  ['Munich', 'Augsburg', 'Garmisch'],
  ['Berlin'],
  ['Frankfurt', 'Kassel'],
  ['Innsbruck', 'Kitzbühel'],
  ['Vienna'],
  ['Zurich', 'Winterthur'],
  ['Basel'],
  ['Lyon', 'Grenoble', 'Chamonix'],
  ['Paris'],
  ['Amsterdam', 'Haarlem'],
  ['Oslo'],
  ['Bergen', 'Voss'],
] as const;

interface Store {
  readonly id: number;
  readonly name: string;
  readonly city: string;
  readonly region: number;
  readonly area: number | null;
  readonly opened: number;
  readonly closed: number | null;
  /** Share of the trade. */
  readonly weight: number;
}

const store = (
  id: number,
  city: string,
  region: number,
  area: number,
  opened: string,
  weight: number,
  closed?: string,
): Store => ({
  id,
  name: `Fjell & Fell ${city}`,
  city,
  region,
  area,
  opened: day(opened),
  closed: closed === undefined ? null : day(closed),
  weight,
});

export const stores: readonly Store[] = [
  store(1, 'Munich', 1, 2400, '2009-03-14', 13),
  store(2, 'Berlin', 2, 1900, '2012-09-01', 11),
  store(3, 'Frankfurt', 3, 1500, '2014-04-05', 7),
  store(4, 'Innsbruck', 4, 1100, '2011-10-15', 6),
  store(5, 'Vienna', 5, 1300, '2015-05-23', 6),
  store(6, 'Zurich', 6, 1200, '2016-03-12', 7),
  store(7, 'Lyon', 8, 1000, '2018-04-21', 5),
  store(8, 'Paris', 9, 1400, '2019-09-07', 7),
  store(baselStore, 'Basel', 7, 600, '2017-06-10', 3, '2025-06-30'),
  store(10, 'Amsterdam', 10, 1000, '2021-11-06', 5),
  store(11, 'Oslo', 11, 900, '2025-03-01', 4),
  { ...store(onlineStore, 'Munich', 1, 0, '2013-01-15', 30), name: 'Fjell & Fell Online', area: null },
];

export const regionRows = (): DemoRow[] => regions.map((row, index) => [index + 1, ...row]);

export const storeRows = (): DemoRow[] =>
  stores.map((it) => [it.id, it.name, it.city, it.region, it.id === onlineStore, it.area, it.opened, it.closed]);
