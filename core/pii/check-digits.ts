/** The arithmetic of check digits. Every function takes text that its caller has matched against a shape before. */

const zero = 48;

const digitAt = (text: string, index: number): number => text.charCodeAt(index) - zero;

/** The digits, each times its weight, added up. */
export const weightedSum = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * digitAt(digits, index), 0);

/** Whether the last digit fits the others. Source: ISO/IEC 7812-1, annex B. */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digitAt(digits, digits.length - 1 - index);
    const counted = index % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
};

/** The remainder by 97 of a number too long for arithmetic; letters count as 10 to 35. Source: ISO/IEC 7064, MOD 97-10. */
export const remainderBy97 = (text: string): number => {
  let rest = 0;
  for (const char of text) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
};

/** Source: ISO/IEC 7064, MOD 11,10. */
export const passesMod11With10 = (digits: string): boolean => {
  let product = 10;
  for (let index = 0; index < digits.length - 1; index += 1) {
    const sum = (digitAt(digits, index) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (product + digitAt(digits, digits.length - 1)) % 10 === 1;
};

/** The last character may be `X`, which is 10. Source: ISO/IEC 7064, MOD 11-2. */
export const passesMod11With2 = (text: string): boolean => {
  let rest = 0;
  for (const char of text) rest = (rest * 2 + (char === 'X' ? 10 : Number(char))) % 11;
  return rest === 1;
};

/** The group of the symmetries of a pentagon, row by row. */
const dihedral = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const permutations = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Source: J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tracts 29, Amsterdam 1969. */
export const passesVerhoeff = (digits: string): boolean => {
  let state = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const permuted = digitAt(permutations[index % 8]!, digitAt(digits, digits.length - 1 - index));
    state = digitAt(dihedral[state]!, permuted);
  }
  return state === 0;
};

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether some year has this day; month and day count from 1. */
export const isDayOfYear = (month: number, day: number): boolean => day >= 1 && day <= (monthDays[month - 1] ?? 0);

/** Whether a text of six digits is a day as `yymmdd`. */
export const isShortDate = (text: string): boolean => isDayOfYear(Number(text.slice(2, 4)), Number(text.slice(4, 6)));
