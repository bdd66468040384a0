const longest = 400;

/**
 * What a database said, without what it may quote of the data: texts in quotes of any kind, numbers of more than two digits,
 * and what looks like an address are struck out.
 */
export const maskEngineWords = (words: string): string =>
  words
    .slice(0, 4_000)
    .replace(/'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|«[^»]*»?|“[^”]*”?/g, '…')
    .replace(/\b[\w.+-]+@[\w.-]+/g, '…')
    .replace(/\d[\d.,:_-]{2,}/g, '#')
    .slice(0, longest);
