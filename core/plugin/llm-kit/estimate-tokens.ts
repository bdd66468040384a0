/** Words, numbers with the blank before them, blanks, signs, everything that is not ASCII. */
const pieces = /[A-Za-z]+| ?\d+|\s+|\P{ASCII}+|[!-/:-@[-`{-~]+|[\s\S]/gu;

/** `customerKey`, `HTTPServer`: each of its words; what looks like no word falls to pieces, as it does for models. */
const humps = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

const wordTokens = (word: string): number => {
  if (/^[A-Z]?[a-z]{0,6}$/.test(word)) return 1;
  const parts = word.match(humps) ?? [word];
  // Keys, hashes, encoded bytes.
  if (parts.length > 2 && word.length / parts.length < 2.8) return Math.ceil(word.length / 1.5);
  let sum = 0;
  for (const part of parts) sum += Math.ceil(part.length / (/^[A-Z]{2}/.test(part) ? 2.5 : 4.5));
  return sum;
};

/** Other scripts differ most between tokenizers; a character is never more tokens than bytes. */
const otherTokens = (text: string): number => {
  let sum = 0;
  for (const character of text) sum += character > '\uffff' ? 2.5 : Buffer.byteLength(character) / 2;
  return Math.ceil(sum + 0.5);
};

const tokensOf = (piece: string): number => {
  const first = piece.charCodeAt(0);
  if (first > 0x7f) return otherTokens(piece);
  if (/^[A-Za-z]/.test(piece)) return wordTokens(piece);
  if (/^ ?\d/.test(piece)) return (first === 0x20 ? 1 : 0) + Math.ceil(piece.trimStart().length / 2.6);
  // One blank belongs to the word after it.
  if (piece.trim() === '') return piece === ' ' ? 0 : 1;
  return Math.ceil(piece.length / 1.9);
};

/**
 * Tokens of a text, without the tokenizer of any model: rather too many than too few.
 * @param factor for models whose tokens are shorter than usual
 */
export const estimateTokens = (text: string, factor = 1): number => {
  let sum = 0;
  for (const [piece] of text.matchAll(pieces)) sum += tokensOf(piece);
  return Math.ceil(sum * factor);
};
