import type { ErrorCode } from '../../contract.js';
import type { Answer, CaseContext, ConformanceCase } from '../case.js';
import { failsWith, holds, same, sameCell } from '../expectation.js';
import { judgeMessage } from '../judge-message.js';
import { phrasesOf } from '../dialects/all.js';
import type { Phrases, Write } from '../phrases.js';

const guarded = async (context: CaseContext): Promise<Answer> =>
  context.ask('SELECT id, note FROM dmc_guard ORDER BY id');

const guard = [
  [1, 'a'],
  [2, 'b'],
  [3, 'c'],
];

/** No statement has reached the guarded table. */
export const unchanged = async (context: CaseContext): Promise<void> => {
  const { rows } = await guarded(context);
  same(
    rows.map(([id, note]) => [Number(id), note]),
    guard,
    'the guarded table afterwards',
  );
};

/** What may be refused, by the engine itself: with these codes unless the dialect says others. */
const refusals: readonly ErrorCode[] = ['READ_ONLY_VIOLATION', 'PERMISSION_DENIED'];

const refuse = async (context: CaseContext, write: Write) => {
  const error = await failsWith(context.ask(write.text), write.codes ?? refusals, write.text);
  judgeMessage(error);
  await unchanged(context);
};

type List = 'writes' | 'outside' | 'several';

/** The kinds of statement that every dialect must list. */
const atLeast: Record<List, readonly string[]> = {
  writes: ['insert', 'update', 'delete', 'create-table', 'create-temporary', 'drop', 'alter'],
  outside: ['set'],
  several: ['select-then-select', 'select-then-delete'],
};

const titles: Record<List, string> = {
  writes: 'the engine itself refuses every statement that changes data or structure',
  outside: 'the engine itself refuses files, other databases, the network and settings',
  several: 'a text of several statements runs none of them',
};

const ids: Record<List, string> = {
  writes: 'read-only/writes',
  outside: 'read-only/outside',
  several: 'one-statement/refused',
};

/** One case a dialect's entry would hide how many there are: the case runs them all and names those that got through. */
const listCase = (list: List): ConformanceCase => ({
  id: ids[list],
  title: titles[list],
  area: list === 'several' ? 'one statement' : 'read-only',
  needs: ['engine', 'admin'],
  run: async (context) => {
    const entries = phrasesOf(context.dialect)[list];
    const known = new Set(entries.map(({ id }) => id));
    const forgotten = atLeast[list].filter((id) => !known.has(id));
    holds(forgotten.length === 0, `the dialect's phrases have no ${forgotten.join(', ')}`);
    const through: string[] = [];
    for (const entry of entries) {
      await refuse(context, entry).catch((error: unknown) => through.push(`${entry.id} (${(error as Error).message})`));
    }
    same(through, [], 'got through');
  },
});

const commentWraps: readonly ((text: string) => string)[] = [(text) => `/* SELECT */ ${text}`, (text) => `\n\t${text}`];

const inDisguise = ({ writes }: Phrases): readonly Write[] =>
  writes
    .filter(({ id }) => id === 'delete' || id === 'drop')
    .flatMap((write) => commentWraps.map((wrap) => ({ ...write, text: wrap(write.text) })));

export const readOnlyCases: readonly ConformanceCase[] = [
  {
    id: 'read-only/posture',
    title: 'the engine itself says that the session is read-only and shut off',
    area: 'read-only',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      holds(phrases.posture.length > 0, "the dialect's phrases ask nothing");
      for (const { text, cell } of phrases.posture) sameCell((await ask(text)).rows[0]?.[0], cell, text);
    },
  },
  listCase('writes'),
  listCase('outside'),
  {
    id: 'read-only/disguised',
    title: 'comments and white space before a write change nothing',
    area: 'read-only',
    needs: ['engine', 'admin'],
    run: async (context) => {
      for (const write of inDisguise(context.phrases)) await refuse(context, write);
    },
  },
  {
    id: 'read-only/after-refusal',
    title: 'after refusals the same subject reads on',
    area: 'read-only',
    needs: ['engine', 'admin'],
    run: async (context) => {
      const write = context.phrases.writes.find(({ id }) => id === 'insert')!;
      for (let round = 0; round < 12; round += 1) await context.ask(write.text).catch(() => undefined);
      await unchanged(context);
    },
  },
  listCase('several'),
  {
    id: 'one-statement/empty',
    title: 'a text without a statement is refused',
    area: 'one statement',
    needs: ['engine'],
    run: async ({ ask }) => {
      for (const text of ['', '   ', '-- nothing\n', ';']) {
        await failsWith(ask(text), ['STATEMENT_INVALID'], `the text ${JSON.stringify(text)}`);
      }
    },
  },
  {
    id: 'one-statement/damaged',
    title: 'a text with a zero character or half a character is refused, not cut or mended on its way',
    area: 'one statement',
    needs: ['engine', 'admin'],
    run: async (context) => {
      for (const damage of ['\u0000', '\ud83d', '\ude00']) {
        for (const text of [
          `SELECT id FROM dmc_guard ${damage} WHERE id = 2`,
          `SELECT '${damage}' AS v`,
          `SELECT 1 AS v ${damage}; DELETE FROM dmc_guard`,
        ]) {
          await failsWith(context.ask(text), ['STATEMENT_INVALID'], JSON.stringify(text));
        }
      }
      await unchanged(context);
    },
  },
  {
    id: 'one-statement/semicolon',
    title: 'a semicolon inside a string is no end',
    area: 'one statement',
    needs: ['engine'],
    run: async ({ ask }) => {
      same((await ask("SELECT 'a; DELETE FROM dmc_guard' AS v")).rows, [['a; DELETE FROM dmc_guard']], 'rows');
    },
  },
];
