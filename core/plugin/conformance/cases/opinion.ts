import { type CaseContext, type ConformanceCase, Skipped } from '../case.js';
import { failsWith, holds, inTime, same } from '../expectation.js';
import { unchanged } from './read-only.js';

const patienceMs = 10_000;

/** What the engine's own parser says. @throws Skipped when the connector does not ask it */
const asking = ({ connector }: CaseContext): ((text: string) => Promise<string>) => {
  if (connector.opinion === undefined) throw new Skipped("the engine's own parser is not asked");
  return async (text) => connector.opinion!(text, AbortSignal.timeout(patienceMs));
};

const readable = (text: string, said: string): void => {
  holds(typeof said === 'string' && said !== '', `it says nothing of ${text}`);
};

export const opinionCases: readonly ConformanceCase[] = [
  {
    id: 'opinion/there',
    title: "where the firewall asks the engine's own parser, the connector can",
    area: 'opinion',
    needs: ['engine'],
    run: async ({ connector, phrases }) => {
      if (phrases.opinion !== true && connector.opinion === undefined)
        throw new Skipped("the engine's own parser is not asked");
      holds(connector.opinion !== undefined, 'it has no `opinion`, so that no statement would ever run');
    },
  },
  {
    id: 'opinion/steady',
    title: 'of one text it always says the same, and of different ones something different',
    area: 'opinion',
    needs: ['engine'],
    run: async (context) => {
      const ask = asking(context);
      const texts = [
        'SELECT 1 AS one',
        'SELECT 2 AS one',
        "SELECT '1' AS one",
        'SELECT 1 AS two',
        'SELECT 1 AS one WHERE 1 = 1',
        'SELECT 1 AS one LIMIT 1',
        'SELECT DISTINCT 1 AS one',
        'SELECT id FROM dmc_guard',
        'SELECT note FROM dmc_guard',
        'SELECT id FROM dmc_guards',
        'SELECT id FROM dmc_guard WHERE id = 1',
        'SELECT id FROM dmc_guard WHERE id > 1',
        'SELECT id FROM (SELECT id FROM dmc_guard) AS g',
        'SELECT id FROM dmc_guard UNION ALL SELECT id FROM dmc_guard',
        'WITH dmc_guard AS (SELECT 1 AS id) SELECT id FROM dmc_guard',
        context.phrases.series(3),
      ];
      const said = new Map<string, string>();
      for (const text of texts) {
        const first = await ask(text);
        readable(text, first);
        same(await ask(text), first, `what it says of ${text} again`);
        holds(!said.has(first), `of ${text} it says the same as of ${said.get(first)}`);
        said.set(first, text);
      }
    },
  },
  {
    id: 'opinion/unreadable',
    title: 'of what is no SQL it says nothing, and does not fail',
    area: 'opinion',
    needs: ['engine'],
    run: async (context) => {
      const ask = asking(context);
      for (const text of [
        '',
        ';',
        '-- nothing',
        'SELEC 1',
        'SELECT FROM WHERE',
        "SELECT 'open",
        'SELECT (1',
        'SELECT 1)',
      ])
        same(await ask(text), '', `what it says of ${JSON.stringify(text)}`);
    },
  },
  {
    id: 'opinion/several',
    title: 'several statements are not one',
    area: 'opinion',
    needs: ['engine'],
    run: async (context) => {
      const ask = asking(context);
      const one = await ask('SELECT 1 AS one');
      for (const text of ['SELECT 1 AS one; SELECT 2 AS two', 'SELECT 2 AS two; SELECT 1 AS one'])
        holds((await ask(text)) !== one, `of ${text} it says what it says of SELECT 1 AS one`);
    },
  },
  {
    id: 'opinion/never-runs',
    title: 'the text never runs: no write, nothing that fails or does not end, no end of a text that is bound',
    area: 'opinion',
    needs: ['engine', 'admin'],
    run: async (context) => {
      const ask = asking(context);
      const { writes, outside, several, endless, endlessRows } = context.phrases;
      const ends = [
        "'); DELETE FROM dmc_guard; --",
        "')",
        '"',
        '`',
        '$1',
        '{p1:String}',
        '\\',
        "\\'); DELETE FROM dmc_guard; --",
      ];
      const texts = [...writes, ...outside, ...several].map(({ text }) => text);
      for (const text of [...texts, ...ends, endless(context.marker()), endlessRows(context.marker())])
        await inTime(ask(text), patienceMs, `an opinion of ${text}`);
      await unchanged(context);
      const marker = context.marker();
      const said = await ask(`SELECT 'it''s "${marker}"' AS x`);
      holds(said.includes(marker), 'a text with quotes in it is not what it was asked about');
    },
  },
  {
    id: 'opinion/cancelled',
    title: 'whoever no longer waits gets no opinion',
    area: 'opinion',
    needs: ['engine'],
    run: async (context) => {
      const { connector } = context;
      if (connector.opinion === undefined) throw new Skipped("the engine's own parser is not asked");
      await failsWith(
        inTime(
          connector.opinion('SELECT 1 AS one', AbortSignal.abort()),
          patienceMs,
          'an opinion that nobody waits for',
        ),
        ['QUERY_CANCELLED'],
        'an opinion that nobody waits for',
      );
      readable('SELECT 1 AS one', await asking(context)('SELECT 1 AS one'));
    },
  },
];
