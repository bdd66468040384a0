import { expect } from 'chai';
import { bindParameters } from './parameters.js';
import { shortestFloat } from './types.js';

describe('mysql: values', () => {
  const floats: readonly (readonly [value: number, spelled: number])[] = [
    [0.1, 0.1],
    [1 / 3, 0.33333334],
    [16777216, 16777216],
    [3.4028234663852886e38, 3.4028235e38],
    [1.401298464324817e-45, 1.4013e-45],
    [-0.5, -0.5],
  ];
  for (const [value, spelled] of floats) {
    it(`a 4-byte float: ${spelled}`, () => {
      expect(shortestFloat(Math.fround(value))).to.equal(spelled);
    });
  }

  const instants: readonly (readonly [sent: string, bound: string])[] = [
    ['2024-02-29T12:34:56.789012Z', '2024-02-29 12:34:56.789012'],
    ['2024-02-29T12:34:56.789012+05:30', '2024-02-29 07:04:56.789012'],
    ['2024-01-01T00:30:00+01:00', '2023-12-31 23:30:00'],
    ['2024-12-31T23:30:00-01:00', '2025-01-01 00:30:00'],
  ];
  for (const [sent, bound] of instants) {
    it(`the instant ${sent} goes in UTC`, () => {
      expect(bindParameters([{ type: 'timestamptz', value: sent }])).to.deep.equal([bound]);
    });
  }
  it('a number that MySQL does not have is refused', () => {
    expect(() => bindParameters([{ type: 'float', value: 'NaN' }]))
      .to.throw()
      .with.property('code', 'VALUE_INVALID');
  });
});
