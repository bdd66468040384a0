/** Rolla, a bike-sharing scheme in Lisbon: a year and a half of trips from a seed. Everything about it is made up. */
import { createRandom } from '../../../src/demo/random.js';
import { type TableRow, writeTables } from '../write-tables.js';

const districts = ['Alfama', 'Belém', 'Chiado', 'Graça', 'Oriente'] as const;
const population = [12_300, 16_500, 7_900, 10_100, 21_000];
const stationNames = [
  'Castle Gate,Old Cathedral,Fado Square,Lookout',
  'Tower,Monastery,River Walk,Palace Garden,Bakery',
  'Opera,Booksellers,Upper Town,Ferry Pier',
  'Tram End,Market Hall,Vineyard',
  'Aquarium,Expo Hall,Railway Station,Marina,Cable Car,Conference Centre',
];
const models = ['City', 'City', 'City', 'Electric', 'Electric', 'Cargo'];
const faults = ['brakes', 'tyre', 'chain', 'battery', 'lock'];
const plans: readonly (readonly [string, number])[] = [
  ['Monthly', 14],
  ['Annual', 9],
  ['Student', 6],
];
const firstNames = 'Rita Tiago Inês Duarte Marta Nuno Sofia Rui Carla Hugo'.split(' ');
const lastNames = 'Almeida Costa Ferreira Lopes Matos Nunes Pinto Rocha Silva Teixeira'.split(' ');

const tables: Readonly<Record<string, string>> = {
  districts: 'district_id integer primary key, district text, population integer',
  stations:
    'station_id integer primary key, name text, district_id integer, docks integer, opened_on date, covered boolean',
  bikes: 'bike_id integer primary key, model text, bought_on date, retired_on date',
  plans: 'plan_id integer primary key, plan text, monthly_fee decimal(6,2)',
  members:
    'member_id integer primary key, name text, plan_id integer, district_id integer, joined_on date, left_on date',
  trips:
    'trip_id integer primary key, member_id integer, bike_id integer, from_station integer, to_station integer, started_at timestamptz, minutes integer, km decimal(6,2), fare decimal(6,2)',
  repairs:
    'repair_id integer primary key, bike_id integer, fault text, reported_on date, fixed_on date, cost decimal(7,2)',
};

const dayOne = Date.parse('2025-01-01T00:00:00Z') / 86_400_000;
const days = Date.parse('2026-07-01T00:00:00Z') / 86_400_000 - dayOne;
const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
/** Rides a day by month: dry months have more. */
const season = [9, 10, 12, 14, 17, 20, 21, 19, 18, 14, 10, 8];

function* rowsOf(): Generator<TableRow> {
  const random = createRandom(77);
  for (const [at, district] of districts.entries()) yield ['districts', [at + 1, district, population[at]!]];
  const stations = stationNames.flatMap((names, district) => names.split(',').map((name) => ({ name, district })));
  for (const [at, { name, district }] of stations.entries()) {
    const opened = isoDay(dayOne - 900 + at * 60);
    yield ['stations', [at + 1, name, district + 1, 8 + ((at * 7) % 5) * 4, opened, random.chance(0.4)]];
  }
  const fleet = Array.from({ length: 90 }, (_, at) => ({ id: at + 1, model: random.pick(models) }));
  for (const { id, model } of fleet) {
    const retired = id % 15 === 0 ? isoDay(dayOne + 300 + id) : null;
    yield ['bikes', [id, model, isoDay(dayOne - random.integer(30, 900)), retired]];
  }
  for (const [at, [plan, fee]] of plans.entries()) yield ['plans', [at + 1, plan, fee]];
  for (let id = 1; id <= 600; id += 1) {
    const joined = dayOne - 200 + Math.floor((id / 600) * (days + 190));
    const left = random.chance(0.12) ? joined + random.integer(40, 300) : null;
    yield [
      'members',
      [
        id,
        `${random.pick(firstNames)} ${random.pick(lastNames)}`,
        random.weighted([50, 35, 15]) + 1,
        random.chance(0.05) ? null : random.integer(1, districts.length),
        isoDay(joined),
        left === null || left >= dayOne + days ? null : isoDay(left),
      ],
    ];
  }
  let trip = 0;
  for (let day = 0; day < days; day += 1) {
    const month = new Date((dayOne + day) * 86_400_000).getUTCMonth();
    const rides = Math.round(season[month]! * (1 + day / 900) * (0.7 + random.next() * 0.6));
    const known = Math.max(40, Math.floor(((200 + day) / (days + 190)) * 600) - 5);
    for (let n = 0; n < rides; n += 1) {
      trip += 1;
      const bike = random.pick(fleet);
      const minutes = 4 + Math.floor(random.next() ** 2 * 70);
      const km = Math.round(minutes * (bike.model === 'Electric' ? 26 : 19) * (0.7 + random.next() * 0.5)) / 100;
      const member = random.chance(0.78) ? random.integer(1, known) : null;
      const started = new Date((dayOne + day) * 86_400_000 + random.integer(6 * 3600, 23 * 3600) * 1000).toISOString();
      const fare = member === null ? 1 + minutes * 0.15 : Math.max(0, minutes - 30) * 0.1;
      const [from, to] = [random.integer(1, stations.length), random.integer(1, stations.length)];
      const cents = Math.round(fare * 100) / 100;
      yield ['trips', [trip, member, bike.id, from, random.chance(0.01) ? null : to, started, minutes, km, cents]];
    }
  }
  for (let id = 1; id <= 420; id += 1) {
    const reported = dayOne + random.integer(0, days - 1);
    const bike = random.pick(fleet);
    const fault =
      bike.model === 'Electric' ? random.pick(faults) : random.pick(faults.filter((it) => it !== 'battery'));
    const fixed = reported + random.integer(0, 21);
    const done = fixed < dayOne + days && random.chance(0.94);
    const cost = done ? Math.round(random.integer(8, fault === 'battery' ? 220 : 75) * 100) / 100 : null;
    yield ['repairs', [id, bike.id, fault, isoDay(reported), done ? isoDay(fixed) : null, cost]];
  }
}

/** Writes the database; `path` is not there yet. */
export const makeSecondBusiness = (path: string): Promise<void> => writeTables(path, tables, rowsOf());
