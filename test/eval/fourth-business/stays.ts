/** A booking, and what a stay leaves behind. */
import type { Random } from '../../../src/demo/random.js';
import type { TableRow } from '../write-tables.js';
import {
  cents,
  channels,
  dayMs,
  dayOne,
  type Employee,
  extras,
  type Guest,
  hotels,
  isoDay,
  languages,
  maybeDay,
  people,
  person,
  type Room,
  season,
  today,
  treatments,
  typeFactor,
  type World,
} from './houses.js';

const onDuty = (random: Random, team: readonly Employee[], hotel: number, department: string, day: number): number => {
  const here = team.filter((one) => one.hotel === hotel && one.department === department);
  const present = here.filter(({ from, until }) => from <= day && day <= until);
  return random.pick(present.length > 0 ? present : here).id;
};

const newGuest = ({ random, guests, names }: World, booked: number): Guest => {
  const language = languages[random.weighted([34, 26, 18, 13, 9])]!;
  const id = guests.length + 1;
  let name = person(random, language);
  while (names.has(name)) name = person(random, language);
  names.add(name);
  const joined = random.chance(0.24) ? booked + random.integer(0, 200) : null;
  const isMember = joined !== null && joined <= today;
  const tier = isMember ? ['blue', 'silver', 'gold'][random.weighted([66, 25, 9])]! : null;
  const country = random.pick(people[language]![0]);
  const row = [id, name, country, language, isoDay(booked), maybeDay(joined), tier, random.chance(0.4)];
  const guest = { id, row, lastStay: Number.POSITIVE_INFINITY };
  guests.push(guest);
  return guest;
};

export function* meals(
  world: World,
  hotel: number,
  booking: number | null,
  day: number,
  heads: number,
): Generator<TableRow> {
  const { random, team, ids } = world;
  const meal = ['breakfast', 'lunch', 'dinner', 'bar'][
    random.weighted(booking === null ? [3, 34, 50, 13] : [28, 12, 42, 18])
  ]!;
  const [hour, food, drinks] = { breakfast: [8, 13, 3], lunch: [13, 21, 7], dinner: [20, 32, 14], bar: [22, 6, 17] }[
    meal
  ] as [number, number, number];
  ids.check += 1;
  const opened = new Date(day * dayMs + hour * 3_600_000 + random.integer(-50, 70) * 60_000).toISOString();
  const amounts = [food, drinks].map((price) =>
    cents(price * heads * (0.7 + random.next() * 0.7) * (1 + (day - dayOne) / 9000)),
  );
  const tip = random.chance(0.45) ? cents((amounts[0]! + amounts[1]!) * random.next() * 0.12) : null;
  const server = onDuty(random, team, hotel, 'service', day);
  yield ['restaurant_checks', [ids.check, hotel + 1, booking, server, opened, meal, heads, ...amounts, tip]];
}

export function* treatment(world: World, hotel: number, booking: number | null, day: number): Generator<TableRow> {
  const { random, team, ids } = world;
  const [name, minutes, price] = treatments[random.weighted([40, 20, 16, 14, 10])]!;
  ids.visit += 1;
  const starts = new Date(day * dayMs + random.integer(20, 37) * 1_800_000).toISOString();
  const therapist = onDuty(random, team, hotel, 'spa', day);
  const paid = cents(price * (1 + (day - dayOne) / 6000) * (booking === null ? 1.1 : 1));
  yield ['spa_visits', [ids.visit, hotel + 1, booking, therapist, starts, name, minutes, paid]];
}

export function* clean(world: World, room: Room, day: number, kind: string): Generator<TableRow> {
  const { random, team, ids } = world;
  ids.cleaning += 1;
  const minutes = Math.max(12, Math.round(random.normal(kind === 'deep' ? 95 : 31 + room.type * 6, 6)));
  const looked = random.chance(kind === 'deep' ? 0.9 : 0.45);
  const who = onDuty(random, team, room.hotel, 'housekeeping', day);
  const inspector = looked
    ? onDuty(random, team, room.hotel, random.chance(0.8) ? 'housekeeping' : 'management', day)
    : null;
  const passed = looked ? random.chance(0.9) : null;
  yield [
    'cleanings',
    [ids.cleaning, room.id, who, inspector, isoDay(day), looked ? isoDay(day) : null, kind, minutes, passed],
  ];
}

/** What a stay leaves behind: nights, meals, treatments, and after the departure a cleaning, an invoice, a fee, a review. */
function* stay(world: World, room: Room, booking: Stay): Generator<TableRow> {
  const { random, ids } = world;
  const { id, arrival, departure, rates, heads, channel, business } = booking;
  const { hotel } = room;
  for (let day = arrival; day < Math.min(departure, today); day += 1) {
    const weekend = [5, 6].includes(new Date(day * dayMs).getUTCDay());
    yield ['room_nights', [isoDay(day), room.id, hotel + 1, id, rates[day - arrival]!, weekend]];
    if (random.chance(0.34)) yield* meals(world, hotel, id, day, heads);
    if (hotels[hotel]!.spa && random.chance(0.09)) yield* treatment(world, hotel, id, day);
  }
  if (departure > today) return;
  if (departure < today) yield* clean(world, room, departure, 'departure');
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  ids.invoice += 1;
  const payer = business && random.chance(0.7) ? 'company' : channel > 3 ? 'agency' : 'guest';
  const takes = payer === 'guest' ? (random.chance(0.9) ? 0 : random.integer(1, 20)) : random.integer(8, 65);
  const paid = random.chance(payer === 'guest' ? 0.006 : 0.03) ? null : maybeDay(departure + takes);
  const method =
    paid === null ? null : payer === 'guest' ? ['card', 'cash', 'transfer'][random.weighted([82, 12, 6])]! : 'transfer';
  const due = isoDay(departure + (payer === 'guest' ? 0 : 30));
  yield ['invoices', [ids.invoice, id, isoDay(departure), due, paid, payer, method, cents(total * 1.06)]];
  const fee = channels[channel]![2];
  if (fee > 0) {
    ids.fee += 1;
    yield ['channel_fees', [ids.fee, id, isoDay(departure), cents(total * fee)]];
  }
  const posted = departure + random.integer(0, 15);
  if (!random.chance(0.24) || posted >= today) return;
  ids.review += 1;
  const score = Math.min(
    10,
    Math.max(1, Math.round(random.normal(8.1 + (hotel === 4 ? 0.5 : hotel === 1 ? -0.4 : 0), 1.6))),
  );
  const neat = random.chance(0.7) ? Math.min(10, Math.max(1, score + random.integer(-1, 2))) : null;
  const platform =
    channel === 2 ? 'StayNow' : channel === 3 ? 'Tripora' : random.pick(['Google', 'Google', 'own form']);
  const replied = random.chance(0.62) ? maybeDay(posted + random.integer(0, 9)) : null;
  yield ['reviews', [ids.review, id, isoDay(posted), platform, score, neat, replied]];
}

interface Stay {
  readonly id: number;
  readonly arrival: number;
  readonly departure: number;
  readonly rates: readonly number[];
  readonly heads: number;
  readonly channel: number;
  readonly business: boolean;
}

const ratesOf = (random: Random, room: Room, arrival: number, nights: number, factor: number): readonly number[] =>
  Array.from({ length: nights }, (_, at) => {
    const date = new Date((arrival + at) * dayMs);
    const weekend = [5, 6].includes(date.getUTCDay()) ? 1.12 : 1;
    const grown = 1 + (arrival - dayOne) / 7000;
    const { price } = hotels[room.hotel]!;
    return cents(
      price *
        typeFactor[room.type]! *
        (0.5 + season[date.getUTCMonth()]! / 2) *
        weekend *
        grown *
        factor *
        (0.94 + random.next() * 0.12),
    );
  });

export function* book(world: World, room: Room, arrival: number): Generator<TableRow> {
  const { random, guests, ids } = world;
  const channel = random.weighted([20 + (arrival - dayOne) / 60, 12, 32, 15, 11, 10]);
  const business = channel === 4 || (room.hotel < 2 && random.chance(0.1));
  const nights = business ? random.integer(1, 3) : 1 + random.weighted([18, 30, 22, 12, 6, 4, 8]);
  const lead = business ? random.integer(0, 25) : Math.floor(random.next() ** 2 * 130);
  const booked = Math.min(arrival - lead, today - random.integer(0, 25));
  const known = guests.length > 200 && random.chance(0.22) ? random.pick(guests) : null;
  const guest = known !== null && known.lastStay < booked ? known : newGuest(world, booked);
  const fate = random.weighted([85, 12, 3]);
  const cancelled = fate === 1 ? booked + Math.floor(random.next() * (arrival - booked + 1)) : null;
  const isCancelled = cancelled !== null && cancelled < today;
  const departure = arrival + nights;
  const comes = !isCancelled && (fate !== 2 || arrival >= today);
  const status = isCancelled
    ? 'cancelled'
    : arrival >= today
      ? 'confirmed'
      : !comes
        ? 'no-show'
        : departure > today
          ? 'in house'
          : 'departed';
  const plan = ['flexible', 'non-refundable', 'half board'][random.weighted([52, 30, 18])]!;
  const adults = room.type === 0 || business ? 1 : random.weighted([8, 84, 8]) + 1;
  const children = room.type === 2 ? random.integer(0, 3) : random.chance(0.06) ? 1 : 0;
  const factor = (plan === 'non-refundable' ? 0.9 : plan === 'half board' ? 1.2 : 1) * (channel > 3 ? 0.88 : 1);
  const rates = ratesOf(random, room, arrival, nights, factor);
  const purpose = random.chance(0.2) ? null : business ? 'business' : 'leisure';
  ids.booking += 1;
  const id = ids.booking;
  const at = new Date(booked * dayMs + random.integer(0, booked === today ? 500 : 1439) * 60_000).toISOString();
  const returning = known === guest;
  const value = cents(rates.reduce((sum, rate) => sum + rate, 0));
  const lived = [isoDay(arrival), isoDay(departure), isCancelled ? isoDay(cancelled) : null, status];
  const who = [plan, purpose, adults, children, nights, returning, arrival - booked, value];
  yield ['bookings', [id, room.hotel + 1, guest.id, channel + 1, at, ...lived, ...who]];
  for (const [extra, [, price]] of extras.entries()) {
    if (!random.chance(extra === 2 ? children * 0.2 : 0.06)) continue;
    const quantity = extra === 1 || extra === 5 ? nights : 1;
    yield ['booking_extras', [id, extra + 1, isoDay(booked), quantity, price * quantity]];
  }
  if (!comes) return;
  room.free = departure;
  if (status === 'confirmed') return;
  guest.lastStay = departure;
  yield* stay(world, room, { id, arrival, departure, rates, heads: adults + children, channel, business });
}
