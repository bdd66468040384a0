/** Words that end as a sentence does: with a full stop, unless they end as a question. */
export const asSentence = (words: string): string => (/[.?]$/.test(words) ? words : `${words}.`);
