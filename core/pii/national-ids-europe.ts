import { isDayOfYear, isShortDate, passesLuhn, passesMod11With10, remainderBy97, weightedSum } from './check-digits.js';
import type { NationalId } from './national-id.js';

const number = (text: string, from: number, to?: number): number => Number(text.slice(from, to));

const ninoPrefix = /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]/;

/** One digit of the first ten is there twice or three times, but not three times in a row; all others at most once. */
const repeatsOnce = (digits: string): boolean => {
  const counts = new Array<number>(10).fill(0);
  for (const digit of digits) counts[Number(digit)]! += 1;
  const repeated = counts.filter((count) => count > 1);
  return repeated.length === 1 && repeated[0]! <= 3 && !/(\d)\1\1/.test(digits);
};

const codiceShape = /^[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPR-T][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]$/;
/** Letters that take the place of digits where two persons would share a code. */
const omocodia = 'LMNPQRSTUV';
const codiceOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

const isCodiceFiscale = (text: string): boolean => {
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

const isDni = (text: string): boolean =>
  /^[XYZ\d]\d{7}[A-HJ-NP-TV-Z]$/.test(text) &&
  dniLetters[Number(text.slice(0, 8).replace(/[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))) % 23] === text[8];

/** The birth date of a PESEL, whose month also tells the century. */
const isPesel = (text: string): boolean =>
  isDayOfYear(number(text, 2, 4) % 20, number(text, 4, 6)) &&
  weightedSum(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;

const isFodselsnummer = (text: string): boolean =>
  isDayOfYear(number(text, 2, 4) % 40, number(text, 0, 2) % 40) &&
  weightedSum(text, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
  weightedSum(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

const isRijksregisternummer = (text: string): boolean => {
  const check = 97 - number(text, 9);
  const isDay = isDayOfYear(number(text, 2, 4) % 20, number(text, 4, 6));
  return isDay && (number(text, 0, 9) % 97 === check || Number(`2${text.slice(0, 9)}`) % 97 === check);
};

/** The control number of two Baltic states: a second row of weights where the first gives 10. */
const isIsikukood = (text: string): boolean => {
  if (!/^[1-6]/.test(text) || !isShortDate(text.slice(1, 7))) return false;
  const first = weightedSum(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const second = weightedSum(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  return (first < 10 ? first : second % 10) === number(text, 10);
};

const isNir = (text: string): boolean => {
  const month = number(text, 3, 5);
  const fits = /^[12378]\d{4}(?:\d{2}|2[AB])\d{8}$/.test(text) && month > 0 && (month < 13 || month >= 20);
  // Corsica's departments are letters: 2A counts as 19, 2B as 18.
  const digits = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return fits && 97 - remainderBy97(digits) === number(text, 13);
};

const hetuSigns = '0123456789ABCDEFHJKLMNPRSTUVWXY';

const isHetu = (text: string): boolean =>
  /^\d{9}[\dA-FHJ-NPR-Y]$/.test(text) &&
  isDayOfYear(number(text, 2, 4), number(text, 0, 2)) &&
  hetuSigns[number(text, 0, 9) % 31] === text[9];

const ppsLetters = 'WABCDEFGHIJKLMNOPQRSTUV';

const isPps = (text: string): boolean => {
  if (!/^\d{7}[A-W][A-IW]?$/.test(text)) return false;
  const second = text.length === 9 && text[8] !== 'W' ? text.charCodeAt(8) - 64 : 0;
  return ppsLetters[(weightedSum(text, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23] === text[7];
};

const isNif = (text: string): boolean => {
  const check = 11 - (weightedSum(text, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return /^[123]/.test(text) && (check > 9 ? 0 : check) === number(text, 8);
};

const isCnp = (text: string): boolean => {
  const check = weightedSum(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  const fits =
    /^[1-8]/.test(text) && isShortDate(text.slice(1, 7)) && number(text, 7, 9) >= 1 && number(text, 7, 9) <= 52;
  return fits && (check === 10 ? 1 : check) === number(text, 12);
};

const isSvnr = (text: string): boolean =>
  text[0] !== '0' &&
  isDayOfYear(number(text, 6, 8), number(text, 4, 6)) &&
  weightedSum(text, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === number(text, 3, 4);

/** Dates of Czech and Slovak women have 50 more in the month, of crowded days 20 more. */
const isRodneCislo = (text: string): boolean =>
  isDayOfYear((number(text, 2, 4) % 50) % 20, number(text, 4, 6)) &&
  (Number(text) % 11 === 0 || (number(text, 0, 9) % 11 === 10 && text[9] === '0'));

const isEgn = (text: string): boolean =>
  isDayOfYear(number(text, 2, 4) % 20, number(text, 4, 6)) &&
  (weightedSum(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === number(text, 9);

export const nationalIdsOfEurope: readonly NationalId[] = Object.freeze<NationalId[]>([
  {
    country: 'GB',
    name: 'National Insurance number',
    source: 'HM Revenue & Customs, National Insurance Manual NIM39110',
    grouped: ['m9', 'a2 d2 d2 d2 a1', 'a2 d6 a1', 'a2d6a1'],
    plain: [],
    alone: true,
    chance: 0.08,
    test: (text) => /^[A-Z]{2}\d{6}[A-D]$/.test(text) && ninoPrefix.test(text),
  },
  {
    country: 'GB',
    name: 'NHS number',
    source: 'NHS Data Dictionary, NHS NUMBER: modulus 11',
    grouped: ['d3 d3 d4'],
    plain: [],
    alone: true,
    chance: 0.1,
    test: (text) => weightedSum(text, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 && !/^(\d)\1+$/.test(text),
  },
  {
    country: 'DE',
    name: 'Steuer-Identifikationsnummer',
    source: 'Bundeszentralamt für Steuern, Aufbau der Identifikationsnummer; § 139b AO; ISO/IEC 7064 MOD 11,10',
    grouped: ['d2 d3 d3 d3'],
    plain: ['d11'],
    alone: true,
    chance: 0.004,
    test: (text) => text[0] !== '0' && repeatsOnce(text.slice(0, 10)) && passesMod11With10(text),
  },
  {
    country: 'FR',
    name: "numéro d'inscription au répertoire (NIR)",
    source: 'INSEE, décret 82-103 du 22 janvier 1982: clé de contrôle modulo 97',
    grouped: ['d1 d2 d2 d2 d3 d3 d2', 'd1 d2 d2 m2 d3 d3 d2', 'd13 d2'],
    plain: ['d15', 'm15'],
    alone: true,
    chance: 0.01,
    test: isNir,
  },
  {
    country: 'IT',
    name: 'codice fiscale',
    source: 'Ministero delle Finanze, decreto 23 dicembre 1976, n. 13813',
    grouped: ['m16', 'a3 a3 m5 m5'],
    plain: [],
    alone: true,
    chance: 0.04,
    test: isCodiceFiscale,
  },
  {
    country: 'ES',
    name: 'DNI or NIE',
    source: 'Ministerio del Interior, cálculo del dígito de control del NIF/NIE: modulo 23',
    grouped: ['d8-a1', 'a1-d7-a1', 'd2.d3.d3-a1'],
    plain: ['m9'],
    alone: true,
    chance: 0.05,
    test: isDni,
  },
  {
    country: 'NL',
    name: 'burgerservicenummer (BSN)',
    source: 'Besluit burgerservicenummer, artikel 1: elfproef with -1 as the last weight',
    grouped: ['d4.d2.d3'],
    plain: ['d9'],
    alone: false,
    chance: 0.1,
    test: (text) => weightedSum(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && text !== '000000000',
  },
  {
    country: 'PL',
    name: 'PESEL',
    source: 'Ministerstwo Cyfryzacji, numer PESEL: wagi 1-3-7-9',
    plain: ['d11'],
    alone: true,
    chance: 0.11,
    test: isPesel,
  },
  {
    country: 'SE',
    name: 'personnummer',
    source: 'Skatteverket, SKV 704: Luhn over ten digits',
    grouped: ['d6-d4', 'd8-d4', 'd6+d4'],
    plain: ['d10', 'd12'],
    alone: false,
    chance: 0.11,
    test: (text) => {
      const short = text.slice(-10);
      const day = number(short, 4, 6);
      return isDayOfYear(number(short, 2, 4), day > 60 ? day - 60 : day) && passesLuhn(short);
    },
  },
  {
    country: 'NO',
    name: 'fødselsnummer',
    source: 'Skatteetaten, forskrift om folkeregistrering § 2-2: two digits modulo 11',
    grouped: ['d6 d5'],
    plain: ['d11'],
    alone: true,
    chance: 0.01,
    test: isFodselsnummer,
  },
  {
    country: 'DK',
    name: 'CPR-nummer',
    source: 'CPR-kontoret, personnummeret i CPR; without modulo 11, which is not kept since 2007',
    grouped: ['d6-d4'],
    plain: [],
    alone: true,
    chance: 1,
    test: (text) => isDayOfYear(number(text, 2, 4), number(text, 0, 2)),
  },
  {
    country: 'FI',
    name: 'henkilötunnus',
    source: 'Digi- ja väestötietovirasto, valtioneuvoston asetus 128/2010: modulo 31',
    grouped: ['d6-m4', 'd6+m4', 'd6-d4', 'm11'],
    plain: [],
    alone: true,
    chance: 0.04,
    test: (text) => isHetu(text.length === 11 ? text.replace(/^(\d{6})[A-FU-Y]/, '$1') : text),
  },
  {
    country: 'BE',
    name: 'rijksregisternummer',
    source:
      'IBZ, koninklijk besluit van 3 april 1984: 97 less the remainder, with a 2 in front for those born since 2000',
    grouped: ['d2.d2.d2-d3.d2'],
    plain: ['d11'],
    alone: true,
    chance: 0.03,
    test: isRijksregisternummer,
  },
  {
    country: 'CH',
    name: 'AHV-Nummer',
    source: 'Zentrale Ausgleichsstelle, die 13-stellige AHV-Nummer: EAN-13 that begins with 756',
    grouped: ['d3.d4.d4.d2'],
    plain: [],
    alone: true,
    chance: 0.1,
    test: (text) => text.startsWith('756') && weightedSum(text, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  {
    country: 'AT',
    name: 'Sozialversicherungsnummer',
    source: 'Dachverband der Sozialversicherungsträger, § 31 ASVG: weights 3 7 9 5 8 4 2 1 6',
    grouped: ['d4 d6', 'd4-d6'],
    plain: ['d10'],
    alone: false,
    chance: 0.1,
    test: isSvnr,
  },
  {
    country: 'PT',
    name: 'número de identificação fiscal (NIF)',
    source: 'Autoridade Tributária, Decreto-Lei 14/2013: modulo 11; persons begin with 1 to 3',
    plain: ['d9', 'd3 d3 d3'],
    alone: false,
    chance: 0.1,
    test: isNif,
  },
  {
    country: 'IE',
    name: 'PPS number',
    source: 'Department of Social Protection, Client Identity Services: modulo 23',
    grouped: ['m8', 'm9'],
    plain: [],
    alone: true,
    chance: 0.05,
    test: isPps,
  },
  {
    country: 'CZ',
    name: 'rodné číslo',
    source: 'Ministerstvo vnitra, zákon č. 133/2000 Sb. § 13: divisible by 11',
    grouped: ['d6/d4'],
    plain: ['d10'],
    alone: false,
    chance: 0.11,
    test: isRodneCislo,
  },
  {
    country: 'RO',
    name: 'cod numeric personal (CNP)',
    source: 'Direcția pentru Evidența Persoanelor, OUG 97/2005: weights 279146358279',
    plain: ['d13'],
    alone: true,
    chance: 0.1,
    test: isCnp,
  },
  {
    country: 'BG',
    name: 'единен граждански номер (EGN)',
    source: 'ГД ГРАО, Наредба № РД-02-20-9 от 2012: weights 2 4 8 5 10 9 7 3 6',
    plain: ['d10'],
    alone: false,
    chance: 0.11,
    test: isEgn,
  },
  {
    country: 'EE',
    name: 'isikukood',
    source: 'Estonian standard EVS 585:2007; Lithuania: asmens kodas, likewise',
    plain: ['d11'],
    alone: true,
    chance: 0.1,
    test: isIsikukood,
  },
]);
