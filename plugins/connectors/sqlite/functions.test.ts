import { expect } from 'chai';
import { localTime } from './local-time.js';
import { add, multiply, settle, subtract } from './decimal.js';
import { registerFunctions } from './functions.js';
import { createSpeller, declaredType, plainDigits } from './types.js';

const aggregates = new Map<string, (values: readonly (null | number | bigint)[], fraction?: number) => unknown>();
registerFunctions({
  scalar: () => undefined,
  aggregate: (name, { start, step, result }) =>
    aggregates.set(name, (values, fraction) => {
      const state = start();
      for (const value of values) step(state, value, fraction);
      return result(state);
    }),
});

describe("SQLite's extra functions", () => {
  const wallClocks: readonly (readonly [
    instant: string | bigint | null,
    zone: string | null,
    expected: string | null,
  ])[] = [
    ['2024-03-10T06:59:59Z', 'America/New_York', '2024-03-10 01:59:59'],
    ['2024-03-10T07:00:00Z', 'America/New_York', '2024-03-10 03:00:00'],
    ['2024-11-03T05:59:59Z', 'America/New_York', '2024-11-03 01:59:59'],
    ['2024-11-03T06:00:00Z', 'America/New_York', '2024-11-03 01:00:00'],
    ['2024-03-31 00:59:59', 'Europe/Berlin', '2024-03-31 01:59:59'],
    ['2024-03-31 01:00:00', 'Europe/Berlin', '2024-03-31 03:00:00'],
    ['2024-10-06', 'Australia/Lord_Howe', '2024-10-06 11:00:00'],
    ['2024-01-01 00:00:00.5', 'Asia/Kathmandu', '2024-01-01 05:45:00.500000'],
    ['2024-01-01T00:00:00+05:30', 'UTC', '2023-12-31 18:30:00'],
    ['1969-12-31T23:59:59.999999Z', 'UTC', '1969-12-31 23:59:59.999999'],
    ['1883-11-18T16:00:00Z', 'America/New_York', '1883-11-18 11:03:58'],
    ['0001-06-01', 'UTC', '0001-06-01 00:00:00'],
    [0n, 'Pacific/Kiritimati', '1969-12-31 13:20:00'],
    [null, 'UTC', null],
    ['2024-01-01', null, null],
  ];
  for (const [instant, zone, expected] of wallClocks) {
    it(`datamind_local(${instant}, ${zone}) is ${expected}`, () => expect(localTime(instant, zone)).to.equal(expected));
  }

  it('datamind_local agrees with Intl every 20 minutes over two years of changing clocks', () => {
    for (const zone of ['America/New_York', 'Africa/Casablanca', 'Australia/Lord_Howe']) {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
      for (let ms = Date.UTC(2023, 0, 1); ms < Date.UTC(2025, 0, 1); ms += 1_200_000) {
        if (localTime(BigInt(ms / 1000), zone) !== format.format(ms)) {
          expect(localTime(BigInt(ms / 1000), zone), `${zone} ${ms}`).to.equal(format.format(ms));
        }
      }
    }
  });

  for (const [instant, zone] of [
    ['yesterday', 'UTC'],
    ['2024-01-01', 'Mars/Olympus'],
    [1.5, 'UTC'],
  ] as const) {
    it(`datamind_local(${instant}, ${zone}) is refused`, () => expect(() => localTime(instant, zone)).to.throw());
  }

  const percentiles: readonly (readonly [
    values: readonly (null | number | bigint)[],
    fraction: number,
    expected: number | null,
  ])[] = [
    [[], 0.5, null],
    [[null, null], 0.5, null],
    [[3], 0.9, 3],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, null, 1, 3, 2], 0.25, 1.75],
    [[10n, 2, 33n], 0, 2],
    [[10n, 2, 33n], 1, 33],
    [[10, 9, 100], 0.5, 10],
  ];
  for (const [values, fraction, expected] of percentiles) {
    it(`the ${fraction} percentile of ${values.join(', ')} is ${expected}`, () =>
      expect(aggregates.get('datamind_percentile')!(values, fraction)).to.equal(expected));
  }
  const computed: readonly (readonly [title: string, found: unknown, expected: unknown])[] = [
    ['0.1 + 0.2', add(0.1, 0.2), 0.3],
    ['60381238.91 - 46487718.70', subtract(60381238.91, 46487718.7), 13893520.21],
    ['1.1 × 1.1', multiply(1.1, 1.1), 1.21],
    ['19.99 × 3', multiply(19.99, 3n), 59.97],
    ['of whole numbers', subtract(9223372036854775807n, 1n), 9223372036854775806n],
    ['of whole numbers beyond 64 bits', add(9223372036854775807n, 1n), 2 ** 63],
    ['of a large whole number and a small one', add(9007199254740993n, 1), 9007199254740994n],
    ['of small whole numbers with a large product', multiply(3037000499, 3), 9111001497],
    ['of null', add(null, 1n), null],
    ['of very large floats', multiply(1e300, 10), 1e301],
    ['of very small floats', subtract(1e-20, 1e-20), 0],
    ['a sum without its noise', settle(10.1 + 20.2 - 30.3, 60.6), 0],
    ['a large sum without its noise', settle(13893520.209999999, 60381238.91), 13893520.21],
    ['a whole sum', settle(7n, 7), 7n],
    ['a sum of nothing', settle(null, 0), null],
    ['a sum of zeros', settle(0, 0), 0],
    ['a sum beyond 15 digits', settle(1234567890123456.8, 1234567890123456.8), 1234567890123456.8],
    ['a sum of small numbers', settle(1e-7 + 2e-7, 3e-7), 3e-7],
  ];
  for (const [title, found, expected] of computed) {
    it(`in decimals: ${title}`, () => expect(found).to.equal(expected));
  }

  it('the median leaves out nulls', () => expect(aggregates.get('datamind_median')!([5, null, 1, 2])).to.equal(2));
  it('a fraction beyond 1 is refused', () => expect(() => aggregates.get('datamind_percentile')!([1], 1.5)).to.throw());
});

describe("SQLite's types", () => {
  const declarations: readonly (readonly [declared: string, type: string | null])[] = [
    ['INTEGER', 'bigint'],
    ['unsigned big int', 'bigint'],
    ['DECIMAL(10,2)', 'decimal'],
    ['numeric', 'decimal'],
    ['VARCHAR(20)', 'string'],
    ['DATETIME', 'timestamp'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamptz'],
    ['DATE', 'date'],
    ['DOUBLE PRECISION', 'float'],
    ['', null],
    ['INT8', 'bigint'],
    ['BIGINT(20) UNSIGNED', 'bigint'],
    ['POINT', null],
    ['INTERVAL', null],
  ];
  for (const [declared, type] of declarations) {
    it(`${declared || 'nothing'} means ${type}`, () => expect(declaredType(declared)).to.equal(type));
  }

  const cells: readonly (readonly [declared: string, value: bigint | number | string, cell: unknown])[] = [
    ['DECIMAL(10,2)', 2n, '2.00'],
    ['DECIMAL(10,2)', 1e21, '1000000000000000000000.00'],
    ['DECIMAL(10,2)', 1.005, '1.005'],
    ['DECIMAL(10,2)', '12345678901234567890.12', '12345678901234567890.12'],
    ['DATETIME', '2024-01-01T00:00:00.000Z', '2024-01-01T00:00:00'],
    ['DATETIME', '2024-01-01 00:00+02:00', '2023-12-31T22:00:00'],
    ['TIMESTAMPTZ', '2024-01-01', '2024-01-01T00:00:00Z'],
    ['TIME', '09:30', '09:30:00'],
    ['FLOAT', 3n, 3],
  ];
  for (const [declared, value, cell] of cells) {
    it(`${value} in ${declared} is ${cell}`, () =>
      expect(createSpeller('c', declared, []).spell(value)).to.equal(cell));
  }

  for (const [declared, value] of [
    ['INTEGER', 'abc'],
    ['INTEGER', 1.5],
    ['BOOLEAN', 2n],
    ['DATETIME', 1_700_000_000n],
    ['DATE', '31.12.2024'],
    ['DECIMAL(10,2)', 'abc'],
  ] as const) {
    it(`${value} in ${declared} is refused`, () =>
      expect(() => createSpeller('c', declared, []).spell(value)).to.throw());
  }

  const expressions: readonly (readonly [values: readonly (null | bigint | number | string)[], type: string])[] = [
    [[null, 1n], 'bigint'],
    [[1n, 1.5], 'float'],
    [['a', null], 'string'],
    [['a', 1n], 'unknown'],
    [[null, null], 'unknown'],
  ];
  for (const [values, type] of expressions) {
    it(`an expression of ${values.join(', ')} is ${type}`, () =>
      expect(createSpeller('c', null, values).column.type).to.equal(type));
  }
  it('a real after whole numbers is refused', () => expect(() => createSpeller('c', null, [1n]).spell(1.5)).to.throw());

  for (const [value, digits] of [
    [1e21, '1000000000000000000000'],
    [-1.5e-7, '-0.00000015'],
    [1.25e22, '12500000000000000000000'],
    [0.1, '0.1'],
  ] as const) {
    it(`the digits of ${value} are ${digits}`, () => expect(plainDigits(value)).to.equal(digits));
  }
});
