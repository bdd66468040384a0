import { day, firstDay, lastDay } from './calendar.js';
import { baselStore, regionCities, regionWeights, stores } from './places.js';
import type { Random } from './random.js';
import type { DemoRow } from './tables.js';

const firstNames =
  'Anna Ben Clara David Elif Finn Greta Hugo Ida Jonas Katja Lars Mia Noah Olga Paul Quentin Rosa Sami Tove Uwe Vera Willem Xenia Yara Zoë Aylin Björn Chloé Dmitri Éva Frøya Giulia Håkon Inès Jan Kaja Luca Maud Nils'.split(
    ' ',
  );
const lastNames =
  "Adler Bakker Conti Dahl Ebner Fischer Girard Haas Iversen Jansen Keller Lindner Moser Nguyen O'Neill Petit Quist Roth Schmid Tanner Ulrich Vogel Weber Xu Yılmaz Zimmer Berg Huber de Vries Lefèvre".split(
    ' ',
  );
const mailHosts = ['example.com', 'example.org', 'example.net'];

const mailName = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z ]/g, '')
    .trim()
    .toLowerCase()
    .replace(/ +/g, '.');

const fullName = (random: Random): string => `${random.pick(firstNames)} ${random.pick(lastNames)}`;

export interface Customer {
  readonly id: number;
  readonly region: number;
  readonly signedUp: number;
  /** How often this customer buys, against the others. */
  readonly appetite: number;
}

export const customerCount = 18_000;
/** The last ones registered and never bought. */
export const idleCustomers = 900;

export const makeCustomers = (random: Random): { customers: Customer[]; rows: DemoRow[] } => {
  const customers: Customer[] = [];
  const rows: DemoRow[] = [];
  const start = day('2019-01-01');
  for (let id = 1; id <= customerCount; id += 1) {
    const region = random.weighted(regionWeights) + 1;
    // Growth: more of them came late; nobody after the last day.
    const signedUpDay = start + Math.floor(Math.sqrt(random.next()) * (lastDay - start));
    const signedUp = signedUpDay * 86_400 + random.integer(5 * 3600, 22 * 3600);
    const segment = ['private', 'club', 'business'][random.weighted([70, 24, 6])]!;
    const name =
      segment === 'business'
        ? `${random.pick(lastNames)} ${random.pick(['GmbH', 'AG', 'Sports SARL', 'BV', 'AS'])}`
        : fullName(random);
    const birth = segment === 'business' || random.chance(0.2) ? null : day('1945-01-01') + random.integer(0, 23_000);
    customers.push({ id, region, signedUp, appetite: segment === 'club' ? 3 : segment === 'business' ? 2 : 1 });
    rows.push([
      id,
      name,
      random.chance(0.03) ? null : `${mailName(name)}.${id}@${random.pick(mailHosts)}`,
      random.chance(0.25) ? null : `+49 1${random.integer(50, 79)} ${random.integer(1_000_000, 9_999_999)}`,
      birth,
      segment,
      random.pick(regionCities[region - 1]!),
      random.chance(0.01) ? null : region,
      signedUp,
      id > 50 && random.chance(0.12) ? random.integer(1, id - 1) : null,
      random.chance(0.15) ? null : random.chance(0.55),
    ]);
  }
  return { customers, rows };
};

export interface Employee {
  readonly id: number;
  readonly store: number | null;
  readonly hired: number;
  readonly left: number | null;
  readonly sells: boolean;
  readonly serves: boolean;
}

const headquarters = [
  ['Managing Director', 0, 21_000_000],
  ['Head of Sales', 1, 12_800_000],
  ['Head of Finance', 1, 13_100_000],
  ['Head of Customer Care', 1, 9_600_000],
  ['Head of Logistics', 1, 9_900_000],
] as const;

export const makeEmployees = (random: Random): { employees: Employee[]; rows: DemoRow[] } => {
  const employees: Employee[] = [];
  const rows: DemoRow[] = [];
  const hire = (
    title: string,
    manager: number | null,
    store: number | null,
    salary: number,
    role: 'sells' | 'serves' | null,
  ): number => {
    const id = employees.length + 1;
    const opened = store === null ? day('2009-01-01') : stores[store - 1]!.opened;
    const hired =
      Math.max(opened, day('2012-01-01')) + random.integer(0, Math.max(1, Math.min(4000, firstDay - opened)));
    const closed = store === baselStore ? stores[baselStore - 1]!.closed : null;
    const left = closed ?? (random.chance(0.1) ? hired + random.integer(400, 5000) : null);
    const name = fullName(random);
    const gone = left !== null && left <= lastDay ? left : null;
    employees.push({ id, store, hired, left: gone, sells: role === 'sells', serves: role === 'serves' });
    rows.push([id, name, `${mailName(name)}.${id}@fjell-fell.example`, title, manager, store, salary, hired, gone]);
    return id;
  };
  for (const [title, manager, salary] of headquarters) hire(title, manager === 0 ? null : manager, null, salary, null);
  for (const store of stores) {
    const lead = hire(
      'Store Manager',
      2,
      store.id,
      random.integer(5_600_000, 7_900_000),
      store.area === null ? null : 'sells',
    );
    if (store.area === null) continue;
    const floors = Math.max(1, Math.round(store.weight / 4));
    for (let floor = 0; floor < floors; floor += 1) {
      const leader = hire('Floor Lead', lead, store.id, random.integer(4_200_000, 5_200_000), 'sells');
      for (let seat = 0; seat < 4; seat += 1)
        hire('Sales Adviser', leader, store.id, random.integer(2_900_000, 4_100_000), 'sells');
    }
  }
  for (let team = 0; team < 2; team += 1) {
    const leader = hire('Care Team Lead', 4, null, random.integer(4_400_000, 5_100_000), 'serves');
    for (let seat = 0; seat < 7; seat += 1)
      hire('Care Agent', leader, null, random.integer(3_000_000, 3_800_000), 'serves');
  }
  return { employees, rows };
};
