import { ChildFailure, ownFailures } from './messages.js';

/** A statement begins with one of these words, or it is no query: `PRAGMA` changes settings while it is only prepared. */
const firstWord = (text: string): string => {
  const rest = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, '');
  return /^[A-Za-z]+/.exec(rest)?.[0].toUpperCase() ?? rest.charAt(0);
};

const queryWords = new Set(['SELECT', 'WITH', 'VALUES']);

/** Words with which SQLite would begin another kind of statement, so that they are told from mistakes. */
const otherWords = new Set(
  'ALTER ANALYZE ATTACH BEGIN COMMIT CREATE DELETE DETACH DROP END EXPLAIN INSERT PRAGMA REINDEX RELEASE REPLACE ROLLBACK SAVEPOINT UPDATE VACUUM'.split(
    ' ',
  ),
);

/** Throws unless the text begins as a query does. */
export const assertQueryWord = (text: string): void => {
  const word = firstWord(text);
  if (otherWords.has(word)) throw new ChildFailure(ownFailures.notAQuery, `a statement that begins with ${word}`);
  if (word === '' || word === ';') throw new ChildFailure(ownFailures.empty, 'no statement');
  if (!queryWords.has(word)) throw new ChildFailure('SQLITE_ERROR', 'syntax error at the first word');
};
