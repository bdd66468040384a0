import { expect } from 'chai';
import { spellDate, spellTime, spellTimestamp } from '../../core/result/spell-time.js';

/** JavaScript spells the same years the same way, but for those it writes with a sign: that is ISO-8601's extended form. */
const byDate = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, -5);

describe('how times are spelled', () => {
  it('dates agree with JavaScript over 30,000 years', () => {
    for (let days = -5_500_000; days < 5_500_000; days += 97) {
      const expected = byDate(days * 86_400).slice(0, -9);
      if (spellDate(days) !== expected) expect(spellDate(days)).to.equal(expected);
    }
  });

  it('timestamps agree with JavaScript around the epoch', () => {
    for (let seconds = -200_000; seconds < 200_000; seconds += 61) {
      if (spellTimestamp(seconds) !== byDate(seconds)) expect(spellTimestamp(seconds)).to.equal(byDate(seconds));
    }
  });

  const spelled: readonly (readonly [spelled: string, expected: string])[] = [
    [spellTimestamp(-1, 999_999), '1969-12-31T23:59:59.999999'],
    [spellTimestamp(0, 5), '1970-01-01T00:00:00.000005'],
    [spellTimestamp(0, 5, 9), '1970-01-01T00:00:00.000000005'],
    [spellTimestamp(0), '1970-01-01T00:00:00'],
    [spellTime(86_400), '24:00:00'],
    [spellTime(838 * 3600 + 59), '838:00:59'],
    [spellDate(-719_163), '0000-12-31'],
    [spellDate(-719_162), '0001-01-01'],
    [spellDate(2_932_896), '9999-12-31'],
    [spellDate(2_932_897), '+010000-01-01'],
    [spellDate(-719_529), '-000001-12-31'],
  ];
  for (const [actual, expected] of spelled) it(expected, () => expect(actual).to.equal(expected));
});
