/** A question, or a name of the model, cut into words, numbers and marks. */

export interface Token {
  /** As it was written. */
  readonly text: string;
  /** Lower case, without accents, digits of any script as 0–9. */
  readonly norm: string;
  readonly kind: 'word' | 'number' | 'date' | 'quoted' | 'mark';
  /** Of numbers. */
  readonly value?: number;
  readonly isPercent?: boolean;
  /** It was written with a capital, so that it may be a proper name. */
  readonly capital: boolean;
  readonly start: number;
  readonly end: number;
}

const arabicZero = 0x0660;
const persianZero = 0x06f0;

/** One character for one, so that places in the text stay what they are. */
const asciiDigits = (text: string): string =>
  text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - arabicZero))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - persianZero))
    .replace(/٫/g, '.')
    .replace(/٬/g, ',')
    .replace(/،/g, ',')
    .replace(/؟/g, '?')
    .replace(/؛/g, ';');

/** What two spellings of a word have in common. */
export const normalise = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u064b-\u0652\u0640]/g, '')
    .replace(/[أإآ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .toLowerCase()
    .normalize('NFC');

const magnitudes: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, mn: 1e6, mio: 1e6, b: 1e9, bn: 1e9 };

const pattern = new RegExp(
  [
    '(?<quoted>"[^"]{1,200}"|“[^”]{1,200}”|«[^»]{1,200}»|(?<![\\p{L}\\p{N}])\'[^\']{1,200}\'(?![\\p{L}\\p{N}])|‘[^’]{1,200}’(?![\\p{L}\\p{N}]))',
    '(?<date>\\d{4}-\\d{2}-\\d{2}|\\d{4}-\\d{2}(?![\\d-])|\\d{1,2}[./]\\d{1,2}[./]\\d{4}(?!\\d))',
    "(?<number>(?:\\d{1,3}(?:[,']\\d{3})+|\\d+)(?:\\.\\d+)?(?:%|(?:mio|mn|bn|k|m|b|st|nd|rd|th)(?![\\p{L}\\p{N}])|(?![\\p{L}\\p{N}])))",
    '(?<word>[\\p{L}\\p{N}\\p{M}_]+)',
    '(?<mark>>=|<=|!=|<>|[^\\s])',
  ].join('|'),
  'giu',
);

const readNumber = (text: string): { readonly value: number; readonly isPercent: boolean } => {
  const [, digits, suffix] = /^([\d.,']+)(.*)$/.exec(text.toLowerCase())!;
  const value = Number(digits!.replace(/[,']/g, ''));
  return { value: value * (magnitudes[suffix!] ?? 1), isPercent: suffix === '%' };
};

/** `3-9 March`: what stands between two numbers. */
const isRange = (text: string, at: number): boolean =>
  text[at] === '-' && /\d$/.test(text.slice(0, at)) && /^\d/.test(text.slice(at + 1));

const asking = new Set(['what', 'who', 'which', 'where', 'when', 'how', 'there', 'that', 'it']);

/** Longer questions are cut: nothing in them would be understood at any rate. */
const longest = 1_000;

export const tokenize = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  const plain = asciiDigits(text.slice(0, longest).replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' '));
  for (const match of plain.matchAll(pattern)) {
    const { quoted, date, number, word } = match.groups as Record<string, string | undefined>;
    const place = { start: match.index, end: match.index + match[0].length };
    const written = text.slice(place.start, place.end);
    if (quoted !== undefined) {
      const inner = written.slice(1, -1).trim();
      if (inner !== '') tokens.push({ text: inner, norm: normalise(inner), kind: 'quoted', capital: true, ...place });
    } else if (date !== undefined) {
      tokens.push({ text: date, norm: date, kind: 'date', capital: false, ...place });
    } else if (number !== undefined) {
      const norm = number.toLowerCase();
      tokens.push({ text: written, norm, kind: 'number', capital: false, ...readNumber(number), ...place });
    } else if (word !== undefined) {
      if (word === 's' && /['’]$/.test(plain.slice(0, place.start))) {
        // `what's` is `what is`; of others something belongs to them: customer's, customers’.
        const before = tokens.at(-1);
        const isVerb = before?.end === place.start - 1 && asking.has(before.norm);
        if (isVerb) tokens.push({ text: written, norm: 'is', kind: 'word', capital: false, ...place });
        continue;
      }
      tokens.push({ text: written, norm: normalise(word), kind: 'word', capital: /^\p{Lu}/u.test(word), ...place });
    } else if (!/^['’‘`´-]$/.test(match[0]) || isRange(plain, match.index)) {
      tokens.push({ text: written, norm: match[0], kind: 'mark', capital: false, ...place });
    }
  }
  return tokens;
};

/** `snake_case` and `camelCase` as words. */
export const splitName = (name: string): string =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[_.]+/g, ' ')
    .trim();
