const longest = 400;

/**
 * From the first quote of a kind to the last: engines do not double the quotes within what they quote. A quote that stands
 * alone opens what was cut off, unless it is an apostrophe.
 */
const quoted: readonly RegExp[] = [
  /'.*'|(?<![a-z])'.*|'(?!(?:t|s|re|ve|ll|d)\b).*/gs,
  /".*"|".*/gs,
  /`.*`|`.*/gs,
  /[«»“”„‘’].*[«»“”„‘’]|[«»“„‘].*/gs,
];

/**
 * What a database said, without what it may quote of the data: all between quotes of any kind, numbers of more than two digits,
 * and what looks like an address are struck out.
 */
export const maskEngineWords = (words: string): string =>
  quoted
    .reduce((text, quotes) => text.replace(quotes, '…'), words.slice(0, 4_000))
    .replace(/\b[\w.+-]+@[\w.-]+/g, '…')
    .replace(/\d[\d.,:_-]{2,}/g, '#')
    .slice(0, longest);
