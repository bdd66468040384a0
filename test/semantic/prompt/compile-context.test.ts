import { expect } from 'chai';
import { createPersonalTokens } from '../../../core/pii/tokenise-personal.js';
import type { Vocabulary } from '../../../core/plugin/llm.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { type ContextRequest, compileContext, contextParts } from '../../../semantic/prompt/compile-context.js';
import { type ShownTurn, showHistory } from '../../../semantic/prompt/compress-history.js';
import { lexicalRetriever } from '../../../semantic/prompt/lexical-retrieval.js';
import { readAnswer } from '../../../semantic/prompt/read-answer.js';
import { sayableDimensions, vocabularyOf } from '../../../semantic/prompt/vocabulary.js';
import { shopWith, someone } from '../policy/guarded-shop.js';
import { onlyTables } from '../policy/only-tables.js';

const yaml = `policies:
  - {name: all_regions, for: everyone, on: regions, rows: "true"}
  - {name: boss, for: {roles: [boss]}, on: customers, rows: "true"}
  - {name: boss_pay, for: {roles: [boss]}, on: staff, rows: "true"}
glossary:
  basket: {description: What is bought at once., refers_to: [orders.order_id]}
verified_queries:
  sold: {question: How much did we sell by country?, query: {metrics: [revenue], dimensions: [regions.country]}}
  counted: {question: How many orders were there?, query: {metrics: [order_count]}}
`;

const countTokens = (text: string): number => Math.ceil(text.length / 4);

describe('the context of a prompt', () => {
  const model = shopWith(yaml, (text) =>
    text.replace('status: {type: string}', 'status: {type: string, synonyms: [state], values: [paid, open]}'),
  );
  const requestFor = (roles: readonly string[], more: Partial<ContextRequest> = {}): ContextRequest => {
    const options = { dialect: 'duckdb', lineages: onlyTables, now: new Date('2026-06-15T12:00:00Z') } as const;
    const governed = planOptionsFor(model, someone({ roles }), options);
    return {
      vocabulary: vocabularyOf(model, governed, 'duckdb'),
      sayable: sayableDimensions(model, governed),
      question: 'Revenue by country?',
      tokens: createPersonalTokens(),
      previous: [],
      budget: 8_000,
      countTokens,
      retriever: lexicalRetriever,
      today: '2026-06-15',
      timezone: 'Europe/Berlin',
      sql: null,
      ...more,
    };
  };
  const textOf = ({ system, message }: ReturnType<typeof compileContext>): string =>
    [...system.map(({ text }) => text), message].join('\n');

  it('is the same for the same, and its hash tells every difference', () => {
    const hash = (more?: Partial<ContextRequest>): string => compileContext(requestFor(['boss'], more)).hash;
    expect(hash()).to.equal(hash());
    for (const more of [{ question: 'Revenue?' }, { today: '2026-06-16' }, { sql: { dialect: 'duckdb', tables: [] } }])
      expect(hash(more)).not.to.equal(hash());
    expect(compileContext(requestFor([])).hash).not.to.equal(hash());
  });

  it('holds what the subject may see, and names nothing else that an answer may name', () => {
    const boss = compileContext(requestFor(['boss']));
    expect(boss.names.metrics).to.include.members(['revenue', 'payroll']);
    expect(boss.system.map(({ stable }) => stable)).to.deep.equal([true, true]);
    const nobody = compileContext(requestFor([]));
    expect(textOf(nobody)).not.to.match(/payroll|staff|salary|customer_count/);
    expect(nobody.names.metrics).to.include('revenue').and.not.to.include('payroll');
    expect(JSON.stringify(nobody.schema)).not.to.match(/payroll|staff/);
  });

  it('keeps to its budget, and then holds what the question is about', () => {
    const whole = requestFor(['boss']);
    const entity = whole.vocabulary.metrics.find(({ name }) => name === 'revenue')!;
    const metrics = Array.from({ length: 3_000 }, (_, at) => ({
      ...entity,
      name: `figure_${at}`,
      label: `Figure ${at}`,
      synonyms: [`number ${at}`],
    }));
    const vocabulary: Vocabulary = { ...whole.vocabulary, metrics: [...metrics, ...whole.vocabulary.metrics] };
    const context = compileContext({
      ...whole,
      vocabulary,
      question: 'Figure 1234 and revenue by country',
      budget: 3_000,
    });
    expect(context.names.metrics).to.include.members(['figure_1234', 'revenue']);
    expect(context.names.dimensions).to.include('regions.country');
    expect(context.tokens).to.be.lessThan(3_200);
    expect(context.system[1]!.stable).to.equal(false);
    // What an example says may be said, although the question has no word of it.
    const said = compileContext({ ...whole, vocabulary, question: 'How much did we sell by country?', budget: 3_000 });
    expect(textOf(said)).to.include('did we sell by country');
    expect(said.names.metrics).to.include('revenue');
  });

  it('shows the verified queries that are nearest, and leaves out what it is told to', () => {
    const text = textOf(compileContext(requestFor(['boss'], { question: 'How much did we sell per country?' })));
    expect(text.indexOf('How much did we sell by country?')).to.be.greaterThan(0);
    const marks = {
      values: '"values":["paid"',
      synonyms: '"state"',
      glossary: 'basket',
      verified: 'did we sell by',
    } as const;
    for (const part of contextParts) {
      const without = textOf(
        compileContext(
          requestFor(['boss'], { question: 'How much did we sell per country?', without: new Set([part]) }),
        ),
      );
      const mark = marks[part as keyof typeof marks];
      if (mark !== undefined) expect([text.includes(mark), without.includes(mark)], part).to.deep.equal([true, false]);
    }
  });

  describe('of a long conversation', () => {
    const turns: readonly ShownTurn[] = Array.from({ length: 60 }, (_, at) => ({
      question: `Turn ${at}: ${'and now please tell me in all detail what we know about it '.repeat(14)}`,
      query: {
        metrics: ['revenue'],
        dimensions: ['regions.country', { name: 'metric_time', grain: 'month' }],
        filters: { and: [{ member: 'orders.status', op: 'in', values: ['paid', `s${at}`] }] },
        time: { range: ['2025-01-01', '2026-01-01'], compare: 'previous year' },
      },
      sql: null,
    }));
    const options = {
      tokens: createPersonalTokens(),
      isSayable: (member: string) => member !== 'customers.name',
      countTokens,
    };

    it('is about 500 tokens of 15,000, with the last query whole and those before it as far as there is room', () => {
      const before = turns.reduce((sum, turn) => sum + countTokens(JSON.stringify(turn)), 0);
      expect(before).to.be.greaterThan(15_000);
      const text = showHistory(turns, options);
      expect(countTokens(text)).to.be.lessThan(520);
      const lines = text.split('\n').map((line) => JSON.parse(line) as { asked: string; query?: unknown });
      expect(lines.at(-1)!.query).to.deep.equal(turns.at(-1)!.query);
      expect(lines.map(({ asked }) => /^Turn (\d+)/.exec(asked)![1])).to.deep.equal(
        turns.slice(-lines.length).map((_, at) => String(60 - lines.length + at)),
      );
      expect(lines.length).to.be.greaterThan(3);
    });

    it('keeps what each kind of follow-up changes', () => {
      for (const [query, needs] of [
        [
          { metrics: ['revenue'], filters: { member: 'regions.country', op: 'eq', values: ['FR'] } },
          /regions\.country.*FR/,
        ],
        [{ metrics: ['revenue'], time: { range: 'last 3 months' } }, /last 3 months/],
        [{ metrics: ['revenue', 'order_count'], dimensions: ['orders.status'] }, /order_count.*orders\.status/],
        [{ metrics: ['revenue'], order: [{ by: 'revenue', desc: true }], limit: 5 }, /"limit":5/],
        [{ metrics: ['revenue'], segments: ['customers.rich'] }, /customers\.rich/],
        [
          { metrics: ['revenue'], time: { range: '2025', compare: 'previous year', compare_as: 'percent' } },
          /previous year.*percent/,
        ],
      ] as const) {
        const text = showHistory([...turns, { question: 'Then?', query: query as never, sql: null }], options);
        expect(text).to.match(needs);
      }
    });

    it('says nobody’s name', () => {
      const query = { metrics: ['revenue'], filters: { member: 'customers.name', op: 'eq', values: ['Ada'] } } as const;
      const sql = "select 1 from customers where name = 'Bob''s'";
      const text = showHistory(
        [
          { question: 'Of ada@x.example?', query, sql: null },
          { question: 'Of him?', query: null, sql },
        ],
        options,
      );
      expect(text).not.to.match(/Ada|Bob|ada@/);
      expect(options.tokens.restore(text)).to.include('"Ada"').and.to.include("Bob''s").and.to.include('ada@x.example');
    });
  });

  describe('what a model answers', () => {
    const { names } = compileContext(requestFor(['boss']));
    const empty = { metrics: [], dimensions: [], filters: [], time: null, segments: [], order: [], limit: null };
    const answer = (more: object) => ({ kind: 'query', reading: 'R', confidence: 7, query: { ...empty, ...more } });
    const rows: readonly [what: string, value: unknown, wrong: RegExp][] = [
      ['no object', 'words', /must be an object/],
      ['no kind', { kind: 'answer' }, /\/kind/],
      ['a metric that is not there', answer({ metrics: ['profit'] }), /\/query\/metrics\/0.*profit/],
      ['a dimension that is not there', answer({ dimensions: [{ name: 'orders.colour', grain: null }] }), /colour/],
      ['a grain that is none', answer({ dimensions: [{ name: 'metric_time', grain: 'era' }] }), /grain/],
      ['nothing at all', answer({}), /asks for nothing/],
      [
        'an operator that is none',
        answer({ metrics: ['revenue'], filters: [{ any: [{ member: 'orders.status', op: '=', values: [] }] }] }),
        /op/,
      ],
      [
        'values that are none',
        answer({ metrics: ['revenue'], filters: [{ any: [{ member: 'orders.status', op: 'eq', values: [{}] }] }] }),
        /values/,
      ],
      ['a limit below one', answer({ metrics: ['revenue'], limit: -1 }), /limit/],
      ['SQL where none may be', { kind: 'sql', sql: 'select 1' }, /cannot be "sql"/],
      ['a choice of nothing', { kind: 'clarify', choices: [] }, /choices/],
      ['too much', answer({ metrics: Array.from({ length: 101 }, () => 'revenue') }), /more than 100/],
    ];
    for (const [what, value, wrong] of rows)
      it(`is not taken with ${what}`, () => {
        const read = readAnswer(value, names);
        expect('problems' in read && read.problems[0]!.message).to.match(wrong);
      });

    it('is a semantic query, with no more confidence than a model deserves', () => {
      const read = readAnswer(
        answer({
          metrics: ['revenue'],
          dimensions: [{ name: 'metric_time', grain: 'month' }],
          filters: [
            { any: [{ member: 'orders.status', op: 'eq', values: ['paid'] }], not: true },
            {
              any: [
                { member: 'regions.country', op: 'is_null', values: [] },
                { member: 'regions.country', op: 'eq', values: ['DE'] },
              ],
              not: false,
            },
          ],
          time: { dimension: null, range: null, from: '2025-01-01', to: null, compare: null, compare_as: null },
          order: [{ by: 'revenue', desc: true }],
          limit: 3,
        }),
        names,
      );
      expect(read).to.deep.equal({
        answer: {
          kind: 'query',
          reading: 'R',
          confidence: 0.9,
          query: {
            metrics: ['revenue'],
            dimensions: [{ name: 'metric_time', grain: 'month' }],
            filters: {
              and: [
                { not: { member: 'orders.status', op: 'eq', values: ['paid'] } },
                {
                  or: [
                    { member: 'regions.country', op: 'is_null' },
                    { member: 'regions.country', op: 'eq', values: ['DE'] },
                  ],
                },
              ],
            },
            time: { range: ['2025-01-01', null] },
            order: [{ by: 'revenue', desc: true }],
            limit: 3,
          },
        },
      });
    });
  });
});
