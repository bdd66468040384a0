/** Policies that begin and end between two questions: what was prepared, remembered and cached before holds no longer. */
import { expect } from 'chai';
import { shopWith, someone } from '../semantic/policy/guarded-shop.js';
import { type Asked, Pipeline } from './pipeline.js';

/** Midnight of the first of July in Berlin, where the shop is. */
const turn = Date.parse('2026-06-30T22:00:00Z');
const everyone = 'for: everyone, on: customers';

interface Turning {
  readonly title: string;
  readonly policies: readonly string[];
  /** Keys of the rows, or the code. */
  readonly before: readonly number[] | string;
  readonly after: readonly number[] | string;
}

const turning: readonly Turning[] = [
  {
    title: 'a permissive one ends',
    policies: [`{name: a, ${everyone}, rows: "true", valid: {until: 2026-07-01}}`],
    before: [1, 2, 3, 4, 5],
    after: 'closed',
  },
  {
    title: 'a permissive one begins',
    policies: [`{name: a, ${everyone}, rows: "true", valid: {from: 2026-07-01}}`],
    before: 'closed',
    after: [1, 2, 3, 4, 5],
  },
  {
    title: 'a restrictive one begins',
    policies: [
      `{name: a, ${everyone}, rows: "true"}`,
      `{name: b, ${everyone}, effect: restrictive, rows: customer_id = 1, valid: {from: 2026-07-01, until: 2026-12-31}}`,
    ],
    before: [1, 2, 3, 4, 5],
    after: [1],
  },
  {
    title: 'a restrictive one ends',
    policies: [
      `{name: a, ${everyone}, rows: "true"}`,
      `{name: b, ${everyone}, effect: restrictive, rows: customer_id = 1, valid: {until: 2026-07-01}}`,
    ],
    before: [1],
    after: [1, 2, 3, 4, 5],
  },
  {
    title: 'one takes the place of another',
    policies: [
      `{name: a, ${everyone}, rows: customer_id < 3, valid: {until: 2026-07-01}}`,
      `{name: b, ${everyone}, rows: customer_id > 3, valid: {from: 2026-07-01}}`,
    ],
    before: [1, 2],
    after: [4, 5],
  },
  {
    title: 'one that is for others ends',
    policies: [
      `{name: a, ${everyone}, rows: customer_id < 3}`,
      '{name: b, for: {users: [bob]}, on: customers, rows: "true", valid: {until: 2026-07-01}}',
    ],
    before: [1, 2],
    after: [1, 2],
  },
];

const forms: Readonly<Record<'SQL' | 'a semantic query', Pick<Asked, 'sql' | 'query'>>> = {
  SQL: { sql: 'SELECT customer_id FROM customers ORDER BY customer_id' },
  'a semantic query': {
    query: { dimensions: ['customers.customer_id'], order: [{ by: 'customers.customer_id' }] },
  },
};
const closed = { SQL: 'TABLE_CLOSED', 'a semantic query': 'UNKNOWN_MEMBER' } as const;

describe('policies that begin and end', function () {
  this.timeout(60_000);
  let pipeline: Pipeline;
  before(async () => {
    pipeline = await Pipeline.open();
  });
  after(() => pipeline.close());

  const codeOf = (error: unknown): string => String((error as { readonly code?: unknown }).code ?? error);

  for (const [form, question] of Object.entries(forms) as [keyof typeof forms, Pick<Asked, 'sql' | 'query'>][])
    for (const { title, policies, before: earlier, after: later } of turning)
      it(`${title}, between two times of ${form}`, async () => {
        const model = shopWith(`policies:\n${policies.map((line) => `  - ${line}`).join('\n')}\n`);
        const asked = { model, subject: someone(), ...question };
        const tell = (at: number): Promise<unknown> => {
          pipeline.now = at;
          return pipeline.ask(asked).then(({ rows }) => rows!.map(([key]) => key), codeOf);
        };
        const expected = (told: Turning['before']): unknown => (told === 'closed' ? closed[form] : told);
        // Twice each, so that the second comes from the cache; and back, for clocks of nodes differ.
        for (const at of [turn - 3_600_000, turn - 1, turn - 1])
          expect(await tell(at)).to.deep.equal(expected(earlier));
        for (const at of [turn, turn, turn + 3_600_000]) expect(await tell(at)).to.deep.equal(expected(later));
        expect(await tell(turn - 1)).to.deep.equal(expected(earlier));
        expect(await tell(turn)).to.deep.equal(expected(later));
      });

  for (const [form, question] of Object.entries(forms))
    it(`what was prepared of ${form} before does not run from that moment on`, async () => {
      const model = shopWith(`policies:\n  - {name: a, ${everyone}, rows: "true", valid: {until: 2026-07-01}}\n`);
      const how = { correlationId: 'test', signal: new AbortController().signal, maxRows: 10, stream: false };
      pipeline.now = turn - 3_600_000;
      const prepared = await pipeline.prepare({ model, subject: someone(), ...question });
      expect(prepared.validUntil).to.equal(turn);
      const run = (at: number): Promise<string> => {
        pipeline.now = at;
        return pipeline.executor.run(prepared, how).then(async (result) => {
          await result.close();
          return 'runs';
        }, codeOf);
      };
      expect(await run(turn - 1)).to.equal('runs');
      expect(await run(turn)).to.equal('CONFLICT');
      expect(await run(turn + 1)).to.equal('CONFLICT');
    });
});
