/** Whether every number in a text is one of the rows: words that somebody else wrote are believed only then. */
import type { AnswerRows } from '../question.js';

const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
};

interface Said {
  readonly value: number;
  readonly decimals: number;
  readonly scale: number;
}

const numberPattern =
  /(?<![\p{L}\d])([-−]?\d[\d,\u00a0\u202f ]*(?:\.\d+)?)\s?(%|percent\b|k\b|thousand\b|mn?\b|million\b|bn\b|billion\b)?/giu;

/** Numbers as a text has them: `1,234.5`, `12 %`, `1.2 million`. */
const numbersIn = (text: string): readonly Said[] =>
  [...text.matchAll(numberPattern)].flatMap(([, digits = '', unit = '']): Said[] => {
    const plain = digits.replace(/−/g, '-').replace(/[,\u00a0\u202f ]+/g, '');
    const value = Number(plain);
    if (!Number.isFinite(value)) return [{ value: Number.NaN, decimals: 0, scale: 1 }];
    const word = unit.toLowerCase();
    const scale = word === '%' || word === 'percent' ? 0.01 : (scales[word] ?? 1);
    return [{ value, decimals: plain.split('.')[1]?.length ?? 0, scale }];
  });

const matches = ({ value, decimals, scale }: Said, known: number): boolean => {
  const shown = known / scale;
  const tolerance = 0.5 * 10 ** -decimals + 1e-9 * Math.abs(shown);
  return Math.abs(Math.abs(shown) - Math.abs(value)) <= tolerance;
};

/** @param besides texts whose numbers may be said again: the question, the time range */
export const numbersAreOfRows = (
  text: string,
  { rows, totals = [], row_count }: AnswerRows,
  besides: readonly string[],
): boolean => {
  const cells = [...rows, ...totals].flat();
  const numbers = cells.flatMap((cell) => {
    const value =
      typeof cell === 'number'
        ? cell
        : typeof cell === 'string' && /^-?\d+(?:\.\d+)?$/.test(cell)
          ? Number(cell)
          : Number.NaN;
    return Number.isFinite(value) ? [value] : [];
  });
  const texts = [...besides, ...cells.flatMap((cell) => (typeof cell === 'string' ? [cell] : []))];
  const plain = new Set(texts.flatMap((one) => [...one.matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits))));
  return numbersIn(text).every(
    (said) =>
      (said.scale === 1 && (plain.has(said.value) || said.value === row_count)) ||
      numbers.some((known) => matches(said, known)),
  );
};
