import { expect } from 'chai';
import fc from 'fast-check';
import type { Interpretation } from '../../core/plugin/llm.js';
import { type AskedModel, asking, readModel } from './asked-model.js';

const queriesOf = (answer: Interpretation): readonly unknown[] =>
  answer.outcome === 'query'
    ? [answer.query]
    : answer.outcome === 'clarify'
      ? answer.choices.map(({ query }) => query)
      : [];

/** Words of the grammar, of the model, times, numbers and marks, in any order. */
const words = [
  ...[
    'revenue',
    'orders',
    'customers',
    'country',
    'Germany',
    'France',
    'product',
    'brand',
    'online',
    'tickets',
    'open',
    'Boots',
  ],
  ...[
    'how many',
    'top 5',
    'highest',
    'by',
    'per',
    'in',
    'of',
    'with',
    'without',
    'not',
    'and',
    'or',
    'more than',
    'between',
  ],
  ...[
    '2025',
    'last month',
    'Q3 2024',
    'since March',
    'monthly',
    'compared to',
    'share of',
    'growth',
    'average',
    'total',
    '10k',
  ],
  ...[
    'which',
    'list',
    'the',
    'is',
    'vs',
    'previous year',
    ',',
    '5 %',
    '€5,000',
    'sorted by',
    'under',
    'except',
    '?',
    'reveneu',
  ],
];

const stranger = fc.stringMatching(/^[bcdfghjklmnpqrstvwxz]{7,10}$/);

describe('any question', () => {
  let model: AskedModel;
  before(async () => {
    model = await asking(await readModel('ontology'), { 'products.name': ['Trail Boot'] });
  });
  after(() => model.stop());

  it('is answered, asked back about or declined, and never breaks anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 100 })),
        async (text) => {
          expect(['query', 'clarify', 'abstain']).to.include((await model.ask(text)).outcome);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gets a query only that can be planned, whatever words it is made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 10 }), async (chosen) => {
        const answer = await model.ask(chosen.join(' '));
        for (const query of queriesOf(answer)) expect(await model.check(query as never)).to.deep.equal([]);
        expect(await model.ask(chosen.join(' '))).to.deep.equal(answer);
      }),
      { numRuns: 150 },
    );
  });

  it('goes on from another one only to what can be planned', async () => {
    const before = await model.ask('revenue by country in 2025');
    if (before.outcome !== 'query') throw new Error(before.message);
    const previous = [{ question: 'revenue by country in 2025', query: before.query }];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }), async (chosen) => {
        const answer = await model.ask(`and ${chosen.join(' ')}`, previous);
        for (const query of queriesOf(answer)) expect(await model.check(query as never)).to.deep.equal([]);
      }),
      { numRuns: 100 },
    );
  });

  it('is not answered when it holds a word that nothing stands for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...words), { maxLength: 5 }),
        stranger,
        fc.nat(5),
        async (chosen, word, at) => {
          const question = [...chosen.slice(0, at), word, ...chosen.slice(at)].join(' ');
          expect((await model.ask(question)).outcome, question).to.equal('abstain');
        },
      ),
      { numRuns: 120 },
    );
  });

  const hostile: readonly (readonly [title: string, question: string])[] = [
    ['two words, very often', 'orders ticket '.repeat(71)],
    ['little words', 'the of by in '.repeat(75)],
    ['commas', ', '.repeat(500)],
    ['quotes', '"'.repeat(1000)],
    ['numbers', '12 '.repeat(333)],
    ['magnitudes', '1 million million '.repeat(50)],
    ['times', 'between March and '.repeat(55)],
    ['names and conditions', 'revenue by country and more than 5 orders '.repeat(24)],
    ['misspelt words', 'reveneu contry custmers '.repeat(41)],
    ['unknown words', 'xqzwv bnmkl '.repeat(83)],
    ['values', 'Germany or France and '.repeat(45)],
    ['negations', 'not without '.repeat(83)],
    ['another script', 'الايرادات و '.repeat(80)],
    ['more than a question may have', 'revenue '.repeat(1000)],
  ];
  for (const [title, question] of hostile) {
    it(`is read in bounded time: ${title}`, async () => {
      const start = performance.now();
      const answer = await model.ask(question);
      expect(answer.outcome).to.equal('abstain');
      expect(performance.now() - start).to.be.lessThan(1_500);
    });
  }

  it('takes a few milliseconds', async () => {
    const questions = [
      'revenue by country in 2025',
      'top 5 products by revenue',
      'How many open tickets do we have?',
      'customers with more than 5 orders',
    ];
    for (const question of questions) await model.ask(question);
    const times: number[] = [];
    for (let run = 0; run < 40; run += 1) {
      const start = performance.now();
      await model.ask(questions[run % questions.length]!);
      times.push(performance.now() - start);
    }
    expect(times.sort((a, b) => a - b)[20]).to.be.lessThan(50);
  });
});
