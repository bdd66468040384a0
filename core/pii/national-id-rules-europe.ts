/** The rules of Europe's national ids that take more than a line. Texts are in upper case, without separators. */
import { isDayOfYear, isShortDate, remainderBy97, weightedSum } from './check-digits.js';

export const number = (text: string, from: number, to?: number): number => Number(text.slice(from, to));

export const ninoPrefix = /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]/;

/** One digit of the first ten is there twice or three times, but not three times in a row; all others at most once. */
export const repeatsOnce = (digits: string): boolean => {
  const counts = new Array<number>(10).fill(0);
  for (const digit of digits) counts[Number(digit)]! += 1;
  const repeated = counts.filter((count) => count > 1);
  return repeated.length === 1 && repeated[0]! <= 3 && !/(\d)\1\1/.test(digits);
};

const codiceShape = /^[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPR-T][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]$/;
/** Letters that take the place of digits where two persons would share a code. */
const omocodia = 'LMNPQRSTUV';
const codiceOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

export const isCodiceFiscale = (text: string): boolean => {
  if (!codiceShape.test(text)) return false;
  const day = Number(text.slice(9, 11).replace(/[L-V]/g, (letter) => String(omocodia.indexOf(letter))));
  if (day % 40 < 1 || day % 40 > 31 || day > 71) return false;
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const char = text.charCodeAt(index);
    const value = char >= 65 ? char - 65 : char - 48;
    sum += index % 2 === 0 ? codiceOdd[value]! : value;
  }
  return sum % 26 === text.charCodeAt(15) - 65;
};

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

export const isDni = (text: string): boolean =>
  /^[XYZ\d]\d{7}[A-HJ-NP-TV-Z]$/.test(text) &&
  dniLetters[Number(text.slice(0, 8).replace(/[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))) % 23] === text[8];

/** The birth date of a PESEL, whose month also tells the century. */
export const isPesel = (text: string): boolean =>
  isDayOfYear(number(text, 2, 4) % 20, number(text, 4, 6)) &&
  weightedSum(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;

export const isFodselsnummer = (text: string): boolean =>
  isDayOfYear(number(text, 2, 4) % 40, number(text, 0, 2) % 40) &&
  weightedSum(text, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
  weightedSum(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

export const isRijksregisternummer = (text: string): boolean => {
  const check = 97 - number(text, 9);
  const isDay = isDayOfYear(number(text, 2, 4) % 20, number(text, 4, 6));
  return isDay && (number(text, 0, 9) % 97 === check || Number(`2${text.slice(0, 9)}`) % 97 === check);
};

/** The control number of two Baltic states: a second row of weights where the first gives 10. */
export const isIsikukood = (text: string): boolean => {
  if (!/^[1-6]/.test(text) || !isShortDate(text.slice(1, 7))) return false;
  const first = weightedSum(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const second = weightedSum(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  return (first < 10 ? first : second % 10) === number(text, 10);
};

export const isNir = (text: string): boolean => {
  const month = number(text, 3, 5);
  const fits = /^[12378]\d{4}(?:\d{2}|2[AB])\d{8}$/.test(text) && month > 0 && (month < 13 || month >= 20);
  // Corsica's departments are letters: 2A counts as 19, 2B as 18.
  const digits = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return fits && 97 - remainderBy97(digits) === number(text, 13);
};

const hetuSigns = '0123456789ABCDEFHJKLMNPRSTUVWXY';

export const isHetu = (text: string): boolean =>
  /^\d{9}[\dA-FHJ-NPR-Y]$/.test(text) &&
  isDayOfYear(number(text, 2, 4), number(text, 0, 2)) &&
  hetuSigns[number(text, 0, 9) % 31] === text[9];

const ppsLetters = 'WABCDEFGHIJKLMNOPQRSTUV';

export const isPps = (text: string): boolean => {
  if (!/^\d{7}[A-W][A-IW]?$/.test(text)) return false;
  const second = text.length === 9 && text[8] !== 'W' ? text.charCodeAt(8) - 64 : 0;
  return ppsLetters[(weightedSum(text, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23] === text[7];
};

export const isNif = (text: string): boolean => {
  const check = 11 - (weightedSum(text, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return /^[123]/.test(text) && (check > 9 ? 0 : check) === number(text, 8);
};

export const isCnp = (text: string): boolean => {
  const check = weightedSum(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  const fits =
    /^[1-8]/.test(text) && isShortDate(text.slice(1, 7)) && number(text, 7, 9) >= 1 && number(text, 7, 9) <= 52;
  return fits && (check === 10 ? 1 : check) === number(text, 12);
};

export const isSvnr = (text: string): boolean =>
  text[0] !== '0' &&
  isDayOfYear(number(text, 6, 8), number(text, 4, 6)) &&
  weightedSum(text, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === number(text, 3, 4);

/** Dates of Czech and Slovak women have 50 more in the month, of crowded days 20 more. */
export const isRodneCislo = (text: string): boolean =>
  isDayOfYear((number(text, 2, 4) % 50) % 20, number(text, 4, 6)) &&
  (Number(text) % 11 === 0 || (number(text, 0, 9) % 11 === 10 && text[9] === '0'));

export const isEgn = (text: string): boolean =>
  isDayOfYear(number(text, 2, 4) % 20, number(text, 4, 6)) &&
  (weightedSum(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === number(text, 9);
