/** Burren Vets, six clinics in the west of Ireland: two and a half years from a seed. Everything about it is made up. */
import { createRandom, type Random } from '../../../src/demo/random.js';
import { type TableRow, writeTables } from '../write-tables.js';

const tables: Readonly<Record<string, string>> = {
  clinics: 'clinic_id integer primary key, name text, county text, rooms integer, has_theatre boolean, opened_on date',
  staff:
    'staff_id integer primary key, name text, role text, clinic_id integer, manager_id integer, hired_on date, left_on date, weekly_hours decimal(4,1)',
  owners:
    'owner_id integer primary key, name text, email text, town text, source text, registered_on date, on_care_plan boolean',
  pets: 'pet_id integer primary key, owner_id integer, name text, species text, breed text, sex text, neutered boolean, born_on date, weight_kg decimal(5,1), insured boolean, added_on date, died_on date',
  appointments:
    'appointment_id integer primary key, pet_id integer, owner_id integer, clinic_id integer, vet_id integer, booked_at timestamptz, starts_at timestamptz, status text, reason text, channel text, out_of_hours boolean, wait_minutes integer',
  treatments:
    'treatment_id integer primary key, appointment_id integer, category text, procedure text, quantity integer, amount decimal(8,2), discount decimal(8,2), cost decimal(8,2)',
  invoices:
    'invoice_id integer primary key, appointment_id integer, issued_on date, paid_on date, method text, total decimal(8,2)',
  reviews:
    'review_id integer primary key, appointment_id integer, stars integer, platform text, posted_on date, answered boolean',
  pharmacy_stock: 'counted_on date, clinic_id integer, drug text, packs integer, pack_price decimal(6,2)',
};

const dayMs = 86_400_000;
const dayOne = Date.parse('2024-04-01T00:00:00Z') / dayMs;
/** The day on which the questions are asked, and the half of it that is over. */
const today = Date.parse('2026-10-15T00:00:00Z') / dayMs;
const now = (today + 0.5625) * dayMs;
const lastBooked = today + 40;
const isoDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
const cents = (amount: number): number => Math.round(amount * 100) / 100;

const clinics: readonly (readonly [name: string, county: string, rooms: number, theatre: boolean, opened: string])[] = [
  ['Salthill', 'Galway', 5, true, '2009-03-02'],
  ['Oranmore', 'Galway', 3, true, '2014-09-01'],
  ['Gort', 'Galway', 2, false, '2017-05-15'],
  ['Ennis', 'Clare', 4, true, '2011-01-10'],
  ['Shannon', 'Clare', 2, false, '2020-02-03'],
  ['Kilrush', 'Clare', 2, false, '2025-03-03'],
];
const clinicWeight = [30, 17, 10, 24, 11, 8];
const opens = clinics.map(([, , , , opened]) => Date.parse(`${opened}T00:00:00Z`) / dayMs);
const firstNames = 'Aoife Ciara Declan Eoin Fiona Gráinne Liam Maeve Niamh Oisín Páidí Róisín Seán Tara'.split(' ');
const lastNames = "Burke Clancy Considine Daly Fahy Hynes Keane Lally McMahon Nolan O'Brien Quinn Talty Walsh".split(
  ' ',
);
const petNames = 'Bailey Bella Biscuit Buddy Coco Finn Luna Max Milo Molly Oscar Poppy Rex Shadow Teddy Willow'.split(
  ' ',
);
const towns = ['Galway', 'Galway', 'Galway', 'Oranmore', 'Gort', 'Ennis', 'Ennis', 'Shannon', 'Kilrush', 'Lahinch'];
const sources = ['word of mouth', 'website', 'social media', 'leaflet', 'walking by'];
const species = ['dog', 'cat', 'rabbit', 'guinea pig', 'bird'];
const breeds: Readonly<Record<string, readonly (string | null)[]>> = {
  dog: ['Labrador', 'Border Collie', 'Cocker Spaniel', 'Jack Russell', 'Greyhound', null],
  cat: ['Domestic Shorthair', 'Domestic Shorthair', 'Siamese', 'Maine Coon', null],
};
const weights: Readonly<Record<string, readonly [number, number]>> = {
  dog: [19, 8],
  cat: [4.4, 0.9],
  rabbit: [2.1, 0.5],
  'guinea pig': [0.9, 0.2],
  bird: [0.3, 0.1],
};
const reasons = ['check-up', 'vaccination', 'surgery', 'dental', 'illness', 'emergency'];
/** What is done, by reason: category, procedure, price, part of it that materials cost. */
const menu: Readonly<Record<string, readonly (readonly [string, string, number, number])[]>> = {
  'check-up': [
    ['consultation', 'Consultation', 48, 0.03],
    ['lab', 'Blood panel', 85, 0.35],
    ['medicine', 'Wormers', 17, 0.5],
  ],
  vaccination: [
    ['vaccine', 'Booster vaccine', 52, 0.3],
    ['vaccine', 'Rabies vaccine', 65, 0.32],
    ['medicine', 'Flea drops', 29, 0.55],
  ],
  surgery: [
    ['surgery', 'Neutering', 165, 0.2],
    ['surgery', 'Lump removal', 310, 0.18],
    ['medicine', 'Painkillers', 26, 0.45],
  ],
  dental: [
    ['dental', 'Teeth cleaning', 190, 0.12],
    ['dental', 'Tooth extraction', 145, 0.15],
    ['medicine', 'Antibiotics', 31, 0.5],
  ],
  illness: [
    ['consultation', 'Consultation', 48, 0.03],
    ['lab', 'Blood panel', 85, 0.35],
    ['lab', 'Urine test', 38, 0.3],
    ['medicine', 'Antibiotics', 31, 0.5],
  ],
  emergency: [
    ['consultation', 'Emergency consultation', 120, 0.04],
    ['surgery', 'Wound repair', 240, 0.22],
    ['lab', 'X-ray', 135, 0.2],
    ['medicine', 'Painkillers', 26, 0.45],
  ],
};
/** How busy a month is. */
const season = [9, 9, 11, 12, 13, 13, 12, 11, 11, 10, 10, 8];
const drugs: readonly (readonly [string, number])[] = [
  ['Antibiotics', 14.5],
  ['Painkillers', 9.9],
  ['Wormers', 7.2],
  ['Flea drops', 12.8],
  ['Vaccines', 18.4],
];

const person = (random: Random): string => `${random.pick(firstNames)} ${random.pick(lastNames)}`;

interface Employee {
  readonly id: number;
  readonly clinic: number;
  readonly hired: number;
  readonly left: number | null;
}

function* staffOf(random: Random, vets: Employee[]): Generator<TableRow> {
  let id = 0;
  for (const [clinic, [, , rooms]] of clinics.entries()) {
    const roles = ['practice manager', ...Array<string>(rooms).fill('vet'), ...Array<string>(rooms).fill('nurse')];
    roles.push('receptionist', ...(rooms > 3 ? ['receptionist', 'vet'] : []));
    const manager = id + 1;
    for (const role of roles) {
      id += 1;
      const hired = Math.max(opens[clinic]! - 14, dayOne + random.integer(-1800, 700));
      const isFirst = role === 'practice manager' || (role === 'vet' && id === manager + 1);
      const leaves = !isFirst && random.chance(0.2) ? Math.max(hired, dayOne) + random.integer(100, 900) : null;
      const left = leaves === null || leaves > today ? null : leaves;
      const hours = random.pick([20, 30, 37.5, 37.5, 39]);
      const since = isFirst ? Math.min(hired, Math.max(opens[clinic]!, dayOne) - 14) : hired;
      if (role === 'vet') vets.push({ id, clinic, hired: since, left });
      const lead = id === manager ? (clinic === 0 ? null : 1) : manager;
      const end = left === null ? null : isoDay(left);
      yield ['staff', [id, person(random), role, clinic + 1, lead, isoDay(since), end, hours]];
    }
  }
}

interface Animal {
  readonly id: number;
  readonly owner: number;
  readonly home: number;
  readonly added: number;
  readonly died: number | null;
}

function* ownersOf(random: Random, animals: Animal[]): Generator<TableRow> {
  const count = 900;
  for (let owner = 1; owner <= count; owner += 1) {
    const registered = Math.floor(dayOne - 700 + random.next() ** 0.8 * (today - dayOne + 700));
    const name = person(random);
    const email = random.chance(0.08) ? null : `${name.toLowerCase().replaceAll(/[^a-z]/g, '.')}${owner}@mail.example`;
    const place = random.integer(0, towns.length - 1);
    const source = random.chance(0.06) ? null : sources[random.weighted([38, 27, 18, 9, 8])]!;
    yield ['owners', [owner, name, email, towns[place]!, source, isoDay(registered), random.chance(0.28)]];
    const open = clinicWeight.map((weight, at) => (registered >= opens[at]! ? weight : 0));
    const home = random.weighted(open);
    for (let n = random.weighted([70, 22, 8]); n >= 0; n -= 1) {
      const id = animals.length + 1;
      const kind = species[random.weighted([55, 32, 7, 4, 2])]!;
      const [mean, spread] = weights[kind]!;
      const added = Math.min(today, registered + (random.chance(0.8) ? 0 : random.integer(20, 400)));
      const died = random.chance(0.07) ? added + random.integer(60, 900) : null;
      const gone = died === null || died > today ? null : died;
      animals.push({ id, owner, home, added, died: gone });
      const sexes = random.chance(0.5) ? 'female' : 'male';
      const weight = Math.round(Math.max(0.1, random.normal(mean, spread)) * 10) / 10;
      const breed = random.pick(breeds[kind] ?? [null]);
      const born = isoDay(added - random.integer(60, 3600));
      const about = [breed, sexes, random.chance(0.6), born, weight, random.chance(kind === 'dog' ? 0.42 : 0.2)];
      const ended = gone === null ? null : isoDay(gone);
      yield ['pets', [id, owner, random.pick(petNames), kind, ...about, isoDay(added), ended]];
    }
  }
}

interface Visit {
  readonly id: number;
  readonly day: number;
  readonly reason: string;
  readonly clinic: number;
}

function* aftermath(random: Random, visit: Visit, ids: { line: number; invoice: number; review: number }) {
  const choices = menu[visit.reason]!;
  const offer = 1 + (visit.day - dayOne) / 9000;
  let net = 0;
  for (const [at, [category, procedure, price, part]] of choices.entries()) {
    if (at > 0 && !random.chance(0.42)) continue;
    ids.line += 1;
    const quantity = category === 'medicine' ? random.integer(1, 3) : 1;
    const full = cents(price * quantity * offer * (0.9 + random.next() * 0.25));
    const discount = random.chance(0.12) ? cents(full * 0.1) : 0;
    net += full - discount;
    const cost = cents(full * part);
    yield ['treatments', [ids.line, visit.id, category, procedure, quantity, cents(full - discount), discount, cost]];
  }
  ids.invoice += 1;
  const method = ['card', 'cash', 'transfer', 'insurer'][random.weighted([62, 10, 14, 14])]!;
  const takes = method === 'insurer' ? random.integer(10, 60) : method === 'transfer' ? random.integer(2, 35) : 0;
  const paid = random.chance(0.03) || visit.day + takes > today ? null : isoDay(visit.day + takes);
  yield [
    'invoices',
    [ids.invoice, visit.id, isoDay(visit.day), paid, paid === null ? null : method, cents(net * 1.23)],
  ];
  if (!random.chance(0.13)) return;
  const posted = visit.day + random.integer(0, 12);
  if (posted >= today) return;
  ids.review += 1;
  const stars = random.weighted([5, 5, 12, 30, 48 + visit.clinic * 4]) + 1;
  const platform = ['Google', 'Facebook', 'own site'][random.weighted([60, 25, 15])]!;
  yield ['reviews', [ids.review, visit.id, stars, platform, isoDay(posted), random.chance(0.55)]];
}

function* appointmentsOf(random: Random, vets: readonly Employee[], animals: readonly Animal[]): Generator<TableRow> {
  const ids = { line: 0, invoice: 0, review: 0 };
  let id = 0;
  for (let day = dayOne; day <= lastBooked; day += 1) {
    const date = new Date(day * dayMs);
    const isSunday = date.getUTCDay() === 0;
    const busy = season[date.getUTCMonth()]! * (1 + (day - dayOne) / 3000) * (isSunday ? 0.08 : 0.42);
    const ahead = day > today ? Math.max(0.1, 1 - (day - today) / 40) * 0.8 : 1;
    const known = animals.filter(({ added, died }) => added <= Math.min(day, today) && (died === null || died > day));
    for (let left = Math.round(busy * ahead * (0.7 + random.next() * 0.6)); left > 0; left -= 1) {
      const pet = random.pick(known);
      const settled = random.chance(0.9) ? pet.home : random.weighted(clinicWeight);
      const clinic = day >= opens[settled]! ? settled : 3;
      const here = vets.filter((vet) => vet.clinic === clinic && vet.hired <= day && (vet.left ?? day) >= day);
      const isNight = isSunday || random.chance(0.04);
      const reason = isNight && random.chance(0.8) ? 'emergency' : reasons[random.weighted([24, 27, 11, 9, 24, 5])]!;
      const hour = isNight ? random.integer(18 * 60, 24 * 60 - 1) : random.integer(8 * 60, 17 * 60);
      const starts = day * dayMs + hour * 60_000;
      const isSudden = reason === 'emergency';
      const how = isSudden ? ['phone', 'walk-in'] : ['phone', 'online', 'walk-in'];
      const channel = how[random.weighted(isSudden ? [60, 40] : [50, 30 + (day - dayOne) / 50, 12])]!;
      const early = channel === 'walk-in' ? 0 : isSudden ? random.integer(10, 90) : random.integer(120, 20 * 1440);
      const booked = Math.min(starts - early * 60_000, now - random.integer(1, 600) * 60_000);
      if (starts > now && channel === 'walk-in') continue;
      id += 1;
      const fate = channel === 'walk-in' ? 0 : random.weighted([86, 9, 5]);
      const status = fate === 1 ? 'cancelled' : starts > now ? 'booked' : fate === 2 ? 'no-show' : 'done';
      const wait = status === 'done' ? Math.round(random.next() ** 2 * (isSudden ? 25 : 45)) : null;
      const times = [booked, starts].map((time) => new Date(time).toISOString());
      const vet = random.pick(here).id;
      yield [
        'appointments',
        [id, pet.id, pet.owner, clinic + 1, vet, ...times, status, reason, channel, isNight, wait],
      ];
      if (status === 'done') yield* aftermath(random, { id, day, reason, clinic }, ids) as Generator<TableRow>;
    }
  }
}

function* stockOf(random: Random): Generator<TableRow> {
  for (let month = 0; month < 30; month += 1) {
    const day = Date.UTC(2024, 4 + month, 1) / dayMs - 1;
    for (const [clinic, weight] of clinicWeight.entries()) {
      if (day < opens[clinic]!) continue;
      for (const [drug, price] of drugs) {
        yield ['pharmacy_stock', [isoDay(day), clinic + 1, drug, random.integer(1, 4) * weight + 7, price]];
      }
    }
  }
}

function* rowsOf(): Generator<TableRow> {
  const random = createRandom(404);
  for (const [at, [name, county, rooms, theatre, opened]] of clinics.entries()) {
    yield ['clinics', [at + 1, name, county, rooms, theatre, opened]];
  }
  const vets: Employee[] = [];
  const animals: Animal[] = [];
  yield* staffOf(random, vets);
  yield* ownersOf(random, animals);
  yield* appointmentsOf(random, vets, animals);
  yield* stockOf(random);
}

/** Writes the database; `path` is not there yet. */
export const makeThirdBusiness = (path: string): Promise<void> => writeTables(path, tables, rowsOf());
