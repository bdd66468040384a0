/** Numbers with an owner and a rule: cards, IBANs and national ids, told by form and check digit. */
import { passesLuhn, remainderBy97 } from './check-digits.js';
import type { Form, NationalId } from './national-id.js';
import { nationalIdsOfEurope } from './national-ids-europe.js';
import { nationalIdsOfTheWorld } from './national-ids-world.js';
import type { PiiClass } from './pii-class.js';

export const nationalIds: readonly NationalId[] = Object.freeze([...nationalIdsOfEurope, ...nationalIdsOfTheWorld]);

/** Something that values are told to be. */
export interface Kind {
  readonly name: string;
  readonly class: PiiClass;
  /** The share of values of the same shape that pass by chance. */
  readonly chance: number;
}

interface Rule extends Kind {
  /** Whether the form tells enough in a free text. */
  readonly alone: boolean;
  readonly test: (text: string) => boolean;
}

/** First digits and lengths. Source: ISO/IEC 7812 issuer ranges as published by the networks. */
const issuers: readonly RegExp[] = [
  /^4\d{12}(?:\d{3}(?:\d{3})?)?$/,
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^3(?:0[0-59]\d{11}|[689]\d{12})$/,
  /^(?:6011|64[4-9]\d|65\d{2})\d{12}(?:\d{3})?$/,
  /^35(?:2[89]|[3-8]\d)\d{12}$/,
  /^62\d{14}(?:\d{3})?$/,
  /^(?:50|5[6-8]|6[379])\d{11,17}$/,
];

export const isCardNumber = (digits: string): boolean =>
  issuers.some((issuer) => issuer.test(digits)) && passesLuhn(digits) && !/^(\d)\1+$/.test(digits);

/** Characters of an IBAN by country. Source: SWIFT, IBAN Registry, release 99 (ISO 13616). */
const ibanLengths: Readonly<Record<string, number>> = Object.freeze(
  Object.fromEntries(
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
      .split(' ')
      .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
  ),
);
export const longestIban = 34;

export const isIban = (text: string): boolean =>
  ibanLengths[text.slice(0, 2)] === text.length &&
  /^[A-Z]{2}\d{2}[A-Z\d]+$/.test(text) &&
  remainderBy97(text.slice(4) + text.slice(0, 4)) === 1;

export const isIbanCountry = (code: string): boolean => Object.hasOwn(ibanLengths, code);

export const iban: Kind = { name: 'IBAN', class: 'iban', chance: 0.02 };
const card: Rule = { name: 'card number', class: 'card', chance: 0.1, alone: true, test: isCardNumber };

const lengths = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** How cards are embossed, and in one piece. */
const cardForms: readonly Form[] = [
  ...lengths(13, 19).map((length) => `d${length}`),
  ...['-', ' ', '.'].flatMap((gap) =>
    ['d4 d4 d4 d4', 'd4 d6 d5', 'd4 d6 d4', 'd4 d4 d4 d4 d3', 'd6 d13', 'd4 d4 d5'].map((form) =>
      form.replaceAll(' ', gap),
    ),
  ),
];

/** The rules of each form, and whether a longer form begins with it. */
const { rules, beginnings } = ((): { rules: ReadonlyMap<Form, readonly Rule[]>; beginnings: ReadonlySet<Form> } => {
  const found = new Map<Form, Rule[]>();
  const prefixes = new Set<Form>();
  const add = (form: Form, rule: Rule): void => {
    found.set(form, [...(found.get(form) ?? []), rule]);
    for (const { index } of form.matchAll(/(?<=\d)(?!\d)/g)) prefixes.add(form.slice(0, index));
  };
  for (const form of cardForms) add(form, card);
  for (const { name, country, chance, alone, grouped = [], plain, test } of nationalIds) {
    const kind = { name: `${name} (${country})`, class: 'national_id', chance, test } as const;
    for (const form of grouped) add(form, { ...kind, alone: true });
    for (const form of plain) add(form, { ...kind, alone });
  }
  return { rules: found, beginnings: prefixes };
})();

/** Whether there is a rule for texts of this form. */
export const hasRule = (form: Form): boolean => rules.has(form);

/** Whether a text that has this form so far may become one with a rule. */
export const maySpell = (form: Form): boolean => beginnings.has(form);

const canonical = (text: string): string => text.replace(/[^0-9A-Za-z]/g, '').toUpperCase();

/** All that a text of a form can be. */
export const identify = (text: string, form: Form): readonly Rule[] => {
  const candidates = rules.get(form);
  if (candidates === undefined) return [];
  const plain = canonical(text);
  return candidates.filter(({ test }) => test(plain));
};

export { canonical };
