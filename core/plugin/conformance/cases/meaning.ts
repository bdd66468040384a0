import type { ConformanceCase } from '../case.js';
import { same } from '../expectation.js';

/** What the planner takes for granted of a statement's meaning, whatever the session is set to. */
const meanings: readonly (readonly [id: string, title: string, text: string])[] = [
  [
    'missed-by-a-left-join',
    'what a left join does not find is null, and not zero or an empty text',
    "SELECT r.n AS n, r.t AS t FROM (SELECT 1 AS a) AS l LEFT JOIN (SELECT 2 AS b, 3 AS n, 'x' AS t) AS r ON l.a = r.b",
  ],
  [
    'aggregates-of-nothing',
    'the sum and the largest of no rows are null',
    'SELECT sum(s.n) AS n, max(s.n) AS t FROM (SELECT 1 AS n) AS s WHERE s.n > 1',
  ],
];

export const meaningCases: readonly ConformanceCase[] = meanings.map(([id, title, text]) => ({
  id: `meaning/${id}`,
  title,
  area: 'meaning',
  needs: ['engine'],
  run: async ({ ask }) => same((await ask(text)).rows, [[null, null]], 'rows'),
}));
