import { expect } from 'chai';
import fc from 'fast-check';
import { passesLuhn, passesVerhoeff, weightedSum } from '../../../core/pii/check-digits.js';
import { judgeSamples } from '../../../core/pii/judge-samples.js';

const number = (min: number, max: number) => fc.integer({ min, max });
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: length, maxLength: length });
const pad = (value: number, length: number): string => String(value).padStart(length, '0');
const column = (value: fc.Arbitrary<string | number>, minLength = 40) =>
  fc.noShrink(fc.noBias(fc.array(value, { minLength, maxLength: 120 })));

/** Adds the digit that makes a test pass. */
const completed = (length: number, fits: (text: string) => boolean, first = '0123456789') =>
  fc.tuple(fc.constantFrom(...first.split('')), digits(length - 2)).map(([start, rest]) => {
    for (let last = 0; last < 10; last += 1) if (fits(`${start}${rest}${last}`)) return `${start}${rest}${last}`;
    return '';
  });

describe('samples of a column', () => {
  const date = fc.tuple(number(2015, 2030), number(1, 12), number(1, 28), number(0, 23), number(0, 59), number(0, 59));
  const harmless: Readonly<Record<string, fc.Arbitrary<string | number>>> = {
    ...Object.fromEntries(
      [4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18].map((length) => [`${length} random digits`, digits(length)]),
    ),
    'order numbers in a row': number(1_000_000_000, 1_000_900_000),
    'zero-padded numbers': number(1, 9_999_999).map((value) => pad(value, 10)),
    'zero-padded numbers of 11': number(1, 99_999_999).map((value) => pad(value, 11)),
    'order numbers that begin with a date': fc
      .tuple(date, number(0, 99_999))
      .map(([[y, m, d], n]) => `${y % 100}${pad(m, 2)}${pad(d, 2)}${pad(n, 5)}`),
    'order numbers that begin with a long date': fc
      .tuple(date, number(0, 9_999))
      .map(([[y, m, d], n]) => `${y}${pad(m, 2)}${pad(d, 2)}${pad(n, 4)}`),
    'grouped order numbers': fc.tuple(digits(3), digits(3), digits(4)).map((parts) => parts.join('-')),
    'grouped like social security': fc.tuple(digits(3), digits(2), digits(4)).map((parts) => parts.join('-')),
    'order numbers with letters': number(1, 999_999).map((value) => `ORD-${value}`),
    prices: number(1, 99_999_999).map((cents) => (cents / 100).toFixed(2)),
    'prices as numbers': number(1, 99_999_999).map((cents) => cents / 100),
    timestamps: date.map(
      ([y, m, d, h, i, s]) => `${y}-${pad(m, 2)}-${pad(d, 2)}T${pad(h, 2)}:${pad(i, 2)}:${pad(s, 2)}Z`,
    ),
    'times of day': date.map(([, , , h, i, s]) => `${pad(h, 2)}:${pad(i, 2)}:${pad(s, 2)}`),
    dates: date.map(([y, m, d]) => `${pad(d, 2)}.${pad(m, 2)}.${y}`),
    'milliseconds since 1970': number(1_400_000_000, 1_900_000_000).chain((s) =>
      number(0, 999).map((ms) => s * 1000 + ms),
    ),
    'microseconds since 1970': number(1_400_000_000, 1_900_000_000).map((s) => `${s}${pad(s % 999_999, 6)}`),
    UUIDs: fc.uuid(),
    'versions of three': fc.tuple(number(0, 20), number(0, 40), number(0, 99)).map((parts) => parts.join('.')),
    'versions of four': fc
      .tuple(number(0, 20), number(0, 40), number(0, 99), number(0, 99))
      .map((parts) => parts.join('.')),
    'barcodes (EAN-13)': completed(13, (text) => weightedSum(text, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0),
    coordinates: fc
      .tuple(number(-90_000, 90_000), number(-180_000, 180_000))
      .map(([a, b]) => `${a / 1000},${b / 1000}`),
    'hashes in hex': fc.string({
      unit: fc.constantFrom(...'0123456789abcdef'.split('')),
      minLength: 32,
      maxLength: 32,
    }),
    'article numbers': fc
      .tuple(fc.constantFrom('AB', 'CD', 'XY'), digits(6), fc.constantFrom('K', 'L', 'M'))
      .map((parts) => parts.join('')),
    sentences: fc.lorem({ maxCount: 6 }),
    nothing: fc.constant(''),
  };
  for (const [title, value] of Object.entries(harmless)) {
    it(`are harmless: ${title}`, () => {
      fc.assert(
        fc.property(column(value), (values) => {
          expect(judgeSamples(values)).to.equal(null);
        }),
        { numRuns: 20 },
      );
    });
  }

  const word = fc.string({ unit: fc.constantFrom(...'abcdefghij'.split('')), minLength: 3, maxLength: 10 });
  const personal: readonly [title: string, class_: string, value: fc.Arbitrary<string>][] = [
    ['e-mail addresses', 'email', fc.tuple(word, number(1, 9_999), word).map(([a, n, b]) => `${a}.${n}@${b}.example`)],
    [
      'international phones',
      'phone',
      fc.tuple(number(150, 179), number(1_000_000, 9_999_999)).map(([a, b]) => `+49 ${a} ${b}`),
    ],
    ['phones with area', 'phone', fc.tuple(number(20, 99), number(1_000_000, 9_999_999)).map(([a, b]) => `0${a}/${b}`)],
    [
      'phones of North America',
      'phone',
      fc.tuple(number(201, 989), number(201, 999), digits(4)).map(([a, b, c]) => `(${a}) ${b}-${c}`),
    ],
    ['cards', 'card', completed(16, passesLuhn, '4')],
    ['Aadhaar', 'national_id', completed(12, passesVerhoeff, '23456789')],
    [
      'IPv4',
      'ip',
      fc.tuple(number(40, 223), number(0, 255), number(0, 255), number(1, 254)).map((parts) => parts.join('.')),
    ],
    ['IPv6', 'ip', fc.tuple(digits(4), digits(4)).map(([a, b]) => `2001:db8:${a}::${b}`)],
  ];
  for (const [title, name, value] of personal) {
    it(`are personal: ${title}`, () => {
      fc.assert(
        fc.property(column(value), (values) => {
          expect(judgeSamples(values)?.kind.class).to.equal(name);
        }),
        { numRuns: 20 },
      );
    });
    it(`are personal among a fifth of others, too: ${title}`, () => {
      fc.assert(
        fc.property(column(value), (values) => {
          const others = values.slice(0, values.length / 5).map((_, index) => `unknown ${index}`);
          const verdict = judgeSamples([...values, ...others]);
          expect(verdict?.kind.class).to.equal(name);
          expect(verdict!.confidence).to.be.within(0.5, 0.95);
        }),
        { numRuns: 15 },
      );
    });
  }

  it('count a value once, however often it is there', () => {
    expect(judgeSamples(new Array(500).fill('anna@example.com'))).to.equal(null);
  });

  it('need fewer values where the name says it', () => {
    expect(judgeSamples(['anna@example.com'], { expected: 'email' })?.hits).to.equal(1);
    expect(judgeSamples(['5551234567', '5559876543'], { expected: 'phone' })?.kind.class).to.equal('phone');
    expect(judgeSamples(['5551234567', '5559876543'])).to.equal(null);
  });
});
