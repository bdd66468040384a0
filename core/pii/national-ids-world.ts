import { isDayOfYear, isShortDate, passesLuhn, passesMod11With2, passesVerhoeff, weightedSum } from './check-digits.js';
import type { NationalId } from './national-id.js';

const number = (text: string, from: number, to?: number): number => Number(text.slice(from, to));
const isOneDigit = (text: string): boolean => /^(\d)\1+$/.test(text);

/** Eleven less the remainder, or nothing where that has two digits. */
const complement = (sum: number): number => ((sum * 10) % 11) % 10;

const isCpf = (text: string): boolean =>
  !isOneDigit(text) &&
  complement(weightedSum(text, [10, 9, 8, 7, 6, 5, 4, 3, 2])) === number(text, 9, 10) &&
  complement(weightedSum(text, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) === number(text, 10);

/** Provinces are 11 to 21, 31 to 36, 51 to 53, 61 to 65, 71 to 76, 81, 82 and 91 to 96; women's days have 40 more. */
const nikProvince = /^(?:1[1-9]|2[01]|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6])(?:0[1-9]|[12]\d|7[1-9])(?!00)/;

const isNik = (text: string): boolean =>
  nikProvince.test(text) &&
  isDayOfYear(number(text, 8, 10), number(text, 6, 8) % 40) &&
  number(text, 6, 8) <= 71 &&
  !text.endsWith('0000');

const isTckn = (text: string): boolean => {
  if (text[0] === '0') return false;
  const odd = weightedSum(text, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weightedSum(text, [0, 1, 0, 1, 0, 1, 0, 1, 0]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === number(text, 9, 10) && (odd + even + tenth) % 10 === number(text, 10);
};

const isResidentId = (text: string): boolean =>
  /^[1-8]\d{5}(?:18|19|20)\d{9}[\dX]$/.test(text) && isShortDate(text.slice(8, 14)) && passesMod11With2(text);

const curpShape =
  /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX](?:AS|BC|BS|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d$/;
const curpSigns = '0123456789ABCDEFGHIJKLMN_OPQRSTUVWXYZ';

const isCurp = (text: string): boolean => {
  if (!curpShape.test(text) || !isShortDate(text.slice(4, 10))) return false;
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += curpSigns.indexOf(text[index]!) * (18 - index);
  return (10 - (sum % 10)) % 10 === number(text, 17);
};

const isRut = (text: string): boolean => {
  if (!/^\d{7,8}[\dK]$/.test(text)) return false;
  const digits = text.slice(0, -1).padStart(8, '0');
  const check = 11 - (weightedSum(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return (check === 11 ? '0' : check === 10 ? 'K' : String(check)) === text.at(-1);
};

const isCuil = (text: string): boolean =>
  /^2[0347]/.test(text) && (weightedSum(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) + number(text, 10)) % 11 === 0;

const nricLetters: Readonly<Record<string, string>> = {
  S: 'JZIHGFEDCBA',
  T: 'GFEDCBAJZIH',
  F: 'XWUTRQPNMLK',
  G: 'RQPNMLKXWUT',
};

const isNric = (text: string): boolean =>
  /^[STFG]\d{7}[A-Z]$/.test(text) &&
  nricLetters[text[0]!]![weightedSum(text.slice(1), [2, 7, 6, 5, 4, 3, 2]) % 11] === text[8];

const isMyNumber = (text: string): boolean => {
  const rest = weightedSum(text, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return !isOneDigit(text) && (rest < 2 ? 0 : 11 - rest) === number(text, 11);
};

const isRrn = (text: string): boolean =>
  isShortDate(text) && (11 - (weightedSum(text, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === number(text, 12);

const isThaiId = (text: string): boolean =>
  /^[1-8]/.test(text) &&
  (11 - (weightedSum(text, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === number(text, 12);

/** Letters of the counties as numbers. */
const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

const isTaiwanId = (text: string): boolean => {
  if (!/^[A-Z][1289]\d{8}$/.test(text)) return false;
  const county = taiwanLetters.indexOf(text[0]!) + 10;
  return (
    (Math.floor(county / 10) + (county % 10) * 9 + weightedSum(text.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0
  );
};

export const nationalIdsOfTheWorld: readonly NationalId[] = Object.freeze<NationalId[]>([
  {
    country: 'US',
    name: 'Social Security number',
    source:
      'Social Security Administration, POMS RM 10201.035 and SSN randomization: no 000, 666, 900–999; no 00; no 0000',
    grouped: ['d3-d2-d4', 'd3 d2 d4'],
    plain: ['d9'],
    alone: false,
    chance: 0.9,
    test: (text) => /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(text),
  },
  {
    country: 'US',
    name: 'Individual Taxpayer Identification Number',
    source: 'Internal Revenue Service, IRM 3.13.5.89: 9xx and a group of 50–65, 70–88, 90–92, 94–99',
    grouped: ['d3-d2-d4'],
    plain: [],
    alone: true,
    chance: 0.1,
    test: (text) => /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(text),
  },
  {
    country: 'CA',
    name: 'Social Insurance Number',
    source: 'Employment and Social Development Canada, SIN code of practice: Luhn; none begin with 8',
    grouped: ['d3-d3-d3'],
    plain: ['d9', 'd3 d3 d3'],
    alone: false,
    chance: 0.1,
    test: (text) => /^[1-79]/.test(text) && passesLuhn(text),
  },
  {
    country: 'BR',
    name: 'CPF',
    source: 'Receita Federal, Instrução Normativa RFB 1548/2015: two digits modulo 11',
    grouped: ['d3.d3.d3-d2', 'd9-d2'],
    plain: ['d11'],
    alone: true,
    chance: 0.012,
    test: isCpf,
  },
  {
    country: 'ID',
    name: 'Nomor Induk Kependudukan (NIK)',
    source:
      'Undang-Undang 23/2006 and Permendagri on codes of regions: region, birth date (day + 40 for women), serial',
    grouped: ['d6.d6.d4', 'd6 d6 d4'],
    plain: ['d16'],
    alone: true,
    chance: 0.1,
    test: isNik,
  },
  {
    country: 'IN',
    name: 'Aadhaar',
    source: 'Unique Identification Authority of India, numbering scheme: Verhoeff; none begin with 0 or 1',
    grouped: ['d4 d4 d4', 'd4-d4-d4'],
    plain: ['d12'],
    alone: false,
    chance: 0.09,
    test: (text) => /^[2-9]/.test(text) && passesVerhoeff(text),
  },
  {
    country: 'IN',
    name: 'Permanent Account Number of a person',
    source: 'Income Tax Department, structure of PAN: the fourth letter is P for persons',
    grouped: ['m10'],
    plain: [],
    alone: true,
    chance: 0.04,
    test: (text) => /^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/.test(text),
  },
  {
    country: 'CN',
    name: '居民身份证',
    source: 'GB 11643-1999: ISO/IEC 7064 MOD 11-2',
    grouped: ['m18'],
    plain: ['d18'],
    alone: true,
    chance: 0.01,
    test: isResidentId,
  },
  {
    country: 'JP',
    name: '個人番号 (My Number)',
    source: '総務省令第85号 (2014), article 5: weights 6 5 4 3 2 7 6 5 4 3 2',
    grouped: ['d4 d4 d4', 'd4-d4-d4'],
    plain: ['d12'],
    alone: false,
    chance: 0.11,
    test: isMyNumber,
  },
  {
    country: 'KR',
    name: '주민등록번호',
    source: '주민등록법 시행규칙 제2조: weights 2 to 9, 2 to 5; not kept by numbers given out since October 2020',
    grouped: ['d6-d7'],
    plain: ['d13'],
    alone: true,
    chance: 0.11,
    test: isRrn,
  },
  {
    country: 'TR',
    name: 'T.C. kimlik numarası',
    source: 'Nüfus ve Vatandaşlık İşleri, 5490 sayılı kanun: two control digits',
    plain: ['d11'],
    alone: true,
    chance: 0.012,
    test: isTckn,
  },
  {
    country: 'ZA',
    name: 'South African identity number',
    source: 'Department of Home Affairs, Identification Act 68 of 1997: birth date, Luhn',
    plain: ['d13', 'd6 d4 d3'],
    alone: true,
    chance: 0.03,
    test: (text) => isShortDate(text) && /^\d{10}[012]\d{2}$/.test(text) && passesLuhn(text),
  },
  {
    country: 'MX',
    name: 'CURP',
    source: 'RENAPO, Instructivo normativo para la asignación de la CURP, DOF 18/10/2021',
    grouped: ['m18'],
    plain: [],
    alone: true,
    chance: 0.01,
    test: isCurp,
  },
  {
    country: 'CL',
    name: 'RUT / RUN',
    source: 'Servicio de Registro Civil, modulo 11 with weights 2 to 7',
    grouped: ['d2.d3.d3-d1', 'd1.d3.d3-d1', 'd2.d3.d3-a1', 'd1.d3.d3-a1', 'd8-a1'],
    plain: ['d8-d1', 'd7-d1'],
    alone: false,
    chance: 0.1,
    test: isRut,
  },
  {
    country: 'AR',
    name: 'CUIL',
    source: 'ANSES, Código Único de Identificación Laboral: weights 5 4 3 2 7 6 5 4 3 2; persons are 20, 23, 24, 27',
    grouped: ['d2-d8-d1'],
    plain: ['d11'],
    alone: true,
    chance: 0.04,
    test: isCuil,
  },
  {
    country: 'SG',
    name: 'NRIC / FIN',
    source: 'Immigration & Checkpoints Authority, National Registration Act: weights 2 7 6 5 4 3 2',
    grouped: ['m9'],
    plain: [],
    alone: true,
    chance: 0.05,
    test: isNric,
  },
  {
    country: 'TH',
    name: 'เลขประจำตัวประชาชน',
    source: 'Department of Provincial Administration, thirteen digits: weights 13 to 2',
    grouped: ['d1-d4-d5-d2-d1', 'd1 d4 d5 d2 d1'],
    plain: ['d13'],
    alone: false,
    chance: 0.1,
    test: isThaiId,
  },
  {
    country: 'TW',
    name: '國民身分證統一編號',
    source: '內政部戶政司, 國民身分證統一編號: the letter as two digits, weights 1 9 8 … 1 1',
    grouped: ['m10'],
    plain: [],
    alone: true,
    chance: 0.1,
    test: isTaiwanId,
  },
  {
    country: 'AU',
    name: 'tax file number',
    source: 'Australian Taxation Office, TFN algorithm: weights 1 4 3 7 5 8 6 9 10 modulo 11',
    plain: ['d9', 'd3 d3 d3'],
    alone: false,
    chance: 0.1,
    test: (text) => weightedSum(text, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 && text !== '000000000',
  },
]);
