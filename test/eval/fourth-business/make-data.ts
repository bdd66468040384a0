/** Casa Marés, five small hotels in Portugal: two and a half years from a seed. Everything about it is made up. */
import { createRandom, type Random } from '../../../src/demo/random.js';
import { type TableRow, writeTables } from '../write-tables.js';
import {
  channels,
  dayMs,
  dayOne,
  type Employee,
  extras,
  hotels,
  isoDay,
  lastArrival,
  maybeDay,
  opens,
  person,
  type Room,
  roomTypes,
  season,
  today,
  type World,
} from './houses.js';
import { book, clean, meals, treatment } from './stays.js';

const tables: Readonly<Record<string, string>> = {
  hotels:
    'hotel_id integer primary key, name text, city text, region text, category text, has_spa boolean, opened_on date',
  rooms:
    'room_id integer primary key, hotel_id integer, number text, room_type text, floor integer, sea_view boolean, beds integer, renovated_on date',
  staff:
    'staff_id integer primary key, hotel_id integer, name text, department text, contract text, hired_on date, left_on date, weekly_hours decimal(4,1)',
  guests:
    'guest_id integer primary key, name text, country text, language text, first_booked_on date, joined_club_on date, tier text, newsletter boolean',
  channels: 'channel_id integer primary key, name text, kind text, fee_rate decimal(4,3)',
  extras: 'extra_id integer primary key, name text, price decimal(6,2)',
  bookings:
    'booking_id integer primary key, hotel_id integer, guest_id integer, channel_id integer, booked_at timestamptz, arrival date, departure date, cancelled_on date, status text, rate_plan text, purpose text, adults integer, children integer, nights integer, is_returning boolean, lead_days integer, price decimal(9,2)',
  booking_extras:
    'booking_id integer, extra_id integer, ordered_on date, quantity integer, amount decimal(8,2), primary key (booking_id, extra_id)',
  room_nights:
    'night date, room_id integer, hotel_id integer, booking_id integer, rate decimal(8,2), is_weekend boolean, primary key (night, room_id)',
  inventory: 'night date, hotel_id integer, rooms_open integer, rooms_closed integer, primary key (night, hotel_id)',
  cleanings:
    'cleaning_id integer primary key, room_id integer, cleaner_id integer, inspector_id integer, cleaned_on date, inspected_on date, kind text, minutes integer, passed boolean',
  reviews:
    'review_id integer primary key, booking_id integer, posted_on date, platform text, score integer, cleanliness_score integer, replied_on date',
  restaurant_checks:
    'check_id integer primary key, hotel_id integer, booking_id integer, server_id integer, opened_at timestamptz, meal text, covers integer, food decimal(8,2), drinks decimal(8,2), tip decimal(8,2)',
  spa_visits:
    'visit_id integer primary key, hotel_id integer, booking_id integer, therapist_id integer, starts_at timestamptz, treatment text, minutes integer, price decimal(8,2)',
  invoices:
    'invoice_id integer primary key, booking_id integer, issued_on date, due_on date, paid_on date, payer text, method text, total decimal(9,2)',
  channel_fees: 'fee_id integer primary key, booking_id integer, charged_on date, amount decimal(8,2)',
};

function* roomsOf(random: Random, rooms: Room[]): Generator<TableRow> {
  for (const [hotel, { rooms: counts }] of hotels.entries()) {
    const types = counts.flatMap((count, type) => Array<number>(count).fill(type));
    for (const [at, type] of types.entries()) {
      const id = rooms.length + 1;
      rooms.push({ id, hotel, type, free: Math.max(dayOne, opens[hotel]!) });
      const floor = 1 + Math.floor(at / 3);
      const view = (hotel === 2 || hotel === 4) && random.chance(0.6);
      const renewed = random.chance(0.4) ? isoDay(today - random.integer(60, 2200)) : null;
      const beds = [1, 2, 4, 2][type]!;
      yield ['rooms', [id, hotel + 1, `${floor}0${(at % 3) + 1}`, roomTypes[type]!, floor, view, beds, renewed]];
    }
  }
}

function* staffOf(random: Random, team: Employee[]): Generator<TableRow> {
  const posts = [
    'management',
    'front office',
    'front office',
    'housekeeping',
    'housekeeping',
    'kitchen',
    'kitchen',
    'service',
    'service',
  ];
  for (const [hotel, { spa }] of hotels.entries()) {
    for (const department of spa ? [...posts, 'spa', 'spa'] : posts) {
      const chain = department === 'management' || random.chance(0.6) ? 1 : random.integer(2, 3);
      let from = Math.max(opens[hotel]! - 20, dayOne - random.integer(20, 1500));
      for (let link = 1; link <= chain; link += 1) {
        const id = team.length + 1;
        const until = link === chain ? today + 400 : Math.max(from, dayOne) + random.integer(120, 420);
        team.push({ id, hotel, department, from, until });
        const contract = link < chain && random.chance(0.5) ? 'seasonal' : 'permanent';
        const hours = random.pick([20, 30, 40, 40, 40]);
        const name = person(random, 'Portuguese');
        yield ['staff', [id, hotel + 1, name, department, contract, isoDay(from), maybeDay(until), hours]];
        from = until + 1;
        if (from > today) break;
      }
    }
  }
}

function* daysOf(world: World): Generator<TableRow> {
  const { random, rooms } = world;
  for (let day = dayOne; day <= lastArrival; day += 1) {
    const date = new Date(day * dayMs);
    const ahead = day > today ? Math.max(0.06, 0.6 - (day - today) / 180) : 1;
    for (const [hotel, { pull }] of hotels.entries()) {
      if (day < opens[hotel]!) continue;
      const here = rooms.filter((room) => room.hotel === hotel);
      const closed = here.filter((room) => room.free <= day && day < today && random.chance(0.012));
      const busy = pull * season[date.getUTCMonth()]! * 0.44 * ahead * (1 + (day - dayOne) / 5000);
      for (const room of here) {
        if (room.free > day || closed.includes(room)) continue;
        if (random.chance(busy)) yield* book(world, room, day);
      }
      if (day >= today) continue;
      for (const room of closed) if (random.chance(0.5) && room.free <= day) yield* clean(world, room, day, 'deep');
      const blocked = closed.filter((room) => room.free <= day).length;
      yield ['inventory', [isoDay(day), hotel + 1, here.length - blocked, blocked]];
      if (random.chance(0.5)) yield* meals(world, hotel, null, day, random.integer(1, 6));
      if (hotels[hotel]!.spa && random.chance(0.08)) yield* treatment(world, hotel, null, day);
    }
  }
}

function* rowsOf(): Generator<TableRow> {
  const random = createRandom(515);
  for (const [at, { name, about, spa, opened }] of hotels.entries())
    yield ['hotels', [at + 1, name, ...about, spa, opened]];
  for (const [at, row] of channels.entries()) yield ['channels', [at + 1, ...row]];
  for (const [at, row] of extras.entries()) yield ['extras', [at + 1, ...row]];
  const rooms: Room[] = [];
  const team: Employee[] = [];
  yield* roomsOf(random, rooms);
  yield* staffOf(random, team);
  const ids = { booking: 0, cleaning: 0, review: 0, check: 0, visit: 0, invoice: 0, fee: 0 };
  const world = { random, rooms, team, guests: [], names: new Set(), ids } as World;
  yield* daysOf(world);
  for (const { row } of world.guests) yield ['guests', row];
}

/** Writes the database; `path` is not there yet. */
export const makeFourthBusiness = (path: string): Promise<void> => writeTables(path, tables, rowsOf());
