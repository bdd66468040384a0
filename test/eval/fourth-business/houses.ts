/** What the houses, their prices and their guests are like, and the days that count. */
import type { Random } from '../../../src/demo/random.js';

export const dayMs = 86_400_000;
export const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / dayMs;
export const isoDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
export const maybeDay = (day: number | null): string | null => (day === null || day > today ? null : isoDay(day));
export const cents = (amount: number): number => Math.round(amount * 100) / 100;

export const dayOne = dayOf('2024-03-01');
/** The day on which the questions are asked; the last night that was slept is the one before. */
export const today = dayOf('2026-09-08');
export const lastArrival = today + 110;

export interface Hotel {
  readonly name: string;
  readonly about: readonly [city: string, region: string, category: string];
  readonly spa: boolean;
  readonly opened: string;
  /** Singles, doubles, family rooms, suites. */
  readonly rooms: readonly [number, number, number, number];
  readonly price: number;
  /** How sought-after it is, against its rooms. */
  readonly pull: number;
}

export const hotels: readonly Hotel[] = [
  {
    name: 'Alfama',
    about: ['Lisbon', 'Lisbon', 'five star'],
    spa: true,
    opened: '2012-05-04',
    rooms: [1, 4, 1, 2],
    price: 148,
    pull: 0.8,
  },
  {
    name: 'Ribeira',
    about: ['Porto', 'North', 'four star'],
    spa: false,
    opened: '2015-03-20',
    rooms: [1, 4, 1, 0],
    price: 112,
    pull: 0.74,
  },
  {
    name: 'Ria Formosa',
    about: ['Faro', 'Algarve', 'four star'],
    spa: true,
    opened: '2009-06-01',
    rooms: [0, 4, 2, 1],
    price: 126,
    pull: 0.66,
  },
  {
    name: 'Templo',
    about: ['Évora', 'Alentejo', 'three star'],
    spa: false,
    opened: '2025-04-01',
    rooms: [1, 3, 1, 0],
    price: 84,
    pull: 0.55,
  },
  {
    name: 'Levada',
    about: ['Funchal', 'Madeira', 'five star'],
    spa: true,
    opened: '2018-10-12',
    rooms: [0, 3, 1, 2],
    price: 139,
    pull: 0.7,
  },
];
export const opens = hotels.map(({ opened }) => dayOf(opened));
export const roomTypes = ['single', 'double', 'family', 'suite'];
export const typeFactor = [0.72, 1, 1.28, 1.9];
/** How busy and how dear a month is. */
export const season = [0.6, 0.66, 0.78, 0.92, 1, 1.08, 1.2, 1.28, 1.1, 0.95, 0.68, 0.74];
export const channels: readonly (readonly [name: string, kind: string, fee: number])[] = [
  ['Own website', 'direct', 0],
  ['Phone and mail', 'direct', 0],
  ['StayNow', 'agency', 0.17],
  ['Tripora', 'agency', 0.15],
  ['Corporate desk', 'corporate', 0],
  ['SunTours', 'tour operator', 0.12],
];
export const extras: readonly (readonly [name: string, price: number])[] = [
  ['airport transfer', 35],
  ['parking', 14],
  ['cot', 10],
  ['late checkout', 25],
  ['welcome basket', 22],
  ['bike hire', 18],
];
export const people: Readonly<
  Record<string, readonly [countries: readonly (string | null)[], first: string, last: string]>
> = {
  Portuguese: [
    ['Portugal', 'Portugal', 'Portugal', 'Brazil', null],
    'Ana Beatriz Carlos Diogo Filipa Gonçalo Helena Inês João Luísa Miguel Nuno Pedro Rita Sofia Tiago',
    'Almeida Barros Cardoso Costa Duarte Ferreira Gomes Lopes Matos Moreira Nunes Pinto Ramos Rocha Tavares Vieira',
  ],
  English: [
    ['United Kingdom', 'United Kingdom', 'Ireland', 'United States', 'Netherlands', null],
    'Alice Ben Charlotte Daniel Emma Grace Harry Isla Jack Lucy Nathan Oliver Rose Sophie Tom Violet',
    'Baker Carter Clark Davies Evans Foster Gray Hughes Mason Moore Palmer Reed Shaw Turner Webb Wood',
  ],
  German: [
    ['Germany', 'Germany', 'Austria', 'Switzerland', null],
    'Anja Bernd Claudia Dirk Elke Frank Greta Heike Jan Katrin Lars Moritz Nadine Sabine Tobias Uwe',
    'Becker Berger Brandt Fischer Fuchs Hoffmann Keller Koch Krause Lang Richter Schulz Sommer Vogel Winter Wolf',
  ],
  French: [
    ['France', 'France', 'Belgium', null],
    'Camille Denis Élise Fabien Hugo Inès Juliette Karim Louis Manon Noémie Paul Rémi Sarah Théo Zoé',
    'Bernard Blanc Chevalier Dubois Faure Fontaine Garnier Girard Lambert Leroy Martin Mercier Morel Petit Roux Simon',
  ],
  Spanish: [
    ['Spain'],
    'Alba Bruno Carmen Diego Elena Gael Iván Javier Laura Lucía Marta Noelia Pablo Raúl Sergio Teo',
    'Blanco Cano Delgado Fuentes García Herrera Iglesias León Molina Navarro Ortega Prieto Romero Serrano Vega Vidal',
  ],
};
export const languages = Object.keys(people);
export const treatments: readonly (readonly [name: string, minutes: number, price: number])[] = [
  ['massage', 60, 72],
  ['facial', 50, 64],
  ['manicure', 40, 34],
  ['hammam', 45, 48],
  ['couples massage', 75, 138],
];

export const person = (random: Random, language: string): string => {
  const [, first, last] = people[language]!;
  const initial = random.pick([...'ABCDEFGHJLMNOPRSTV']);
  const surnames = [random.pick(last.split(' ')), random.pick(last.split(' '))];
  return `${random.pick(first.split(' '))} ${initial}. ${surnames.join(' ')}`;
};

export interface Room {
  readonly id: number;
  readonly hotel: number;
  readonly type: number;
  /** The first night for which nobody has it yet. */
  free: number;
}

export interface Employee {
  readonly id: number;
  readonly hotel: number;
  readonly department: string;
  readonly from: number;
  readonly until: number;
}

export interface Guest {
  readonly id: number;
  readonly row: (string | number | boolean | null)[];
  lastStay: number;
}

export interface Ids {
  booking: number;
  cleaning: number;
  review: number;
  check: number;
  visit: number;
  invoice: number;
  fee: number;
}

export interface World {
  readonly random: Random;
  readonly rooms: readonly Room[];
  readonly team: readonly Employee[];
  readonly guests: Guest[];
  /** A guest is told by the name: no two have the same. */
  readonly names: Set<string>;
  readonly ids: Ids;
}
