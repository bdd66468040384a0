import { expect } from 'chai';
import type { CompletionRequest } from '../../core/plugin/llm.js';
import { ask } from '../api/request.js';
import { injections, type Injection } from './injections.js';
import { script, type Step } from './script.js';
import { policies, type QuestionServer, startQuestions } from './start-questions.js';
import { shopYaml } from '../semantic/policy/guarded-shop.js';

const nothing = {
  metrics: [],
  dimensions: [],
  filters: [],
  time: null,
  segments: [],
  order: [],
  limit: null,
  totals: false,
  fill: false,
};
const answer = (kind: string, more: object): Step => ({
  answer: {
    kind,
    reading: '',
    confidence: 1,
    query: null,
    sql: null,
    choices: [],
    message: null,
    missing: [],
    ...more,
  },
});
const sql = (text: string): Step => answer('sql', { sql: text });
const query = (more: object): Step => answer('query', { query: { ...nothing, ...more } });

/** What a model says that does whatever it is told. */
const obedient: readonly Step[] = [
  sql('select * from staff'),
  sql('select name, email from customers'),
  sql('select secret from customers'),
  sql('delete from orders'),
  sql('select * from customers; select * from staff'),
  sql("select count(*) as n from customers where country_of(1) = 'FR'"),
  sql('select c.name from orders o join customers c using (customer_id)'),
  sql("select readfile('/etc/passwd') as x"),
  query({ metrics: ['payroll'] }),
  query({ metrics: ['customer_count'], dimensions: [{ name: 'customers.name', grain: null }] }),
  query({ dimensions: [{ name: 'customers.secret', grain: null }] }),
  query({ metrics: ['revenue'], dimensions: [{ name: 'regions.country', grain: null }] }),
];

const textsAt = (place: Injection['place']): readonly string[] =>
  injections.flatMap((one) => (one.place === place ? [one.text] : []));
const quoted = JSON.stringify;

/** The shop, by an author who writes instructions wherever there is room. */
const hostile = (yaml: string): string => {
  const [descriptions, synonyms, labels, samples] = (['description', 'synonym', 'label', 'sample'] as const).map(
    textsAt,
  );
  const glossary = textsAt('glossary').map((text, at) => `  planted ${at}: {description: ${quoted(text)}}`);
  const verified = textsAt('verified').map(
    (text, at) => `  planted_${at}: {question: ${quoted(text)}, query: {metrics: [revenue]}}`,
  );
  return `${yaml
    .replace('order_id: {type: number}', `order_id: {type: number, description: ${quoted(descriptions!.join(' '))}}`)
    .replace(
      'status: {type: string}',
      `status: {type: string, label: ${quoted(labels!.join(' '))}, sample_values: ${quoted(samples)}}`,
    )
    .replace(
      'revenue: {sum: amount}',
      `revenue: {sum: amount, synonyms: ${quoted(synonyms)}, description: ${quoted(descriptions![0])}}`,
    )
    .replace(
      'email: {type: string}',
      'email: {type: string, pii: email, sample_values: ["eve@a@b.example"]}',
    )}${policies}${verified.join('\n')}\nglossary:\n${glossary.join('\n')}\n`;
};

const rulesOf = ({ system }: CompletionRequest): string => system[0]!.text;
/** What nobody but the boss may see, or a prompt may hold: names, secrets, others' addresses, what staff earn. */
const closed = /\b(?:Ada|Bob|Cleo|Dan|Eve)\b|eve@a@b|"s[1-5]"|salary|payroll|\b750\b|root:/;

describe('prompts', function () {
  this.timeout(30_000);
  let server: QuestionServer;
  const captured: CompletionRequest[] = [];
  before(async () => {
    server = await startQuestions(['completion', 'interpretation'], {}, hostile(shopYaml));
  });
  after(() => server?.close());
  beforeEach(() => {
    script.asked = [];
  });
  afterEach(() => void captured.push(...script.asked));

  const post = (body: object, user: string) =>
    ask(server.url, 'POST', '/api/v1/ask', { body, headers: { authorization: `Bearer ${user}` } });

  it('are led by nothing that was planted: even a model that obeys gets no row that is not the asker’s', async () => {
    expect(injections.length).to.be.greaterThan(59);
    const told: string[] = [];
    for (const [at, { place, text }] of injections.entries()) {
      const step = obedient[at % obedient.length]!;
      script.steps = [step];
      const question = place === 'question' ? text : `Question ${at}?`;
      const previous = place === 'history' ? [{ question: text, query: { metrics: ['revenue'] } }] : [];
      const { status, body, text: whole } = await post({ question, context: { previous } }, 'clara');
      expect(status, whole).to.equal(200);
      const rows = JSON.stringify([body.rows ?? null, body.answer, body.choices ?? null]);
      const found = closed.exec(rows.replaceAll(JSON.stringify(question).slice(1, -1), ''));
      if (found !== null) told.push(`${text}: ${found[0]} in ${rows}`);
      if (Array.isArray(body.rows)) expect(rows).not.to.include('FR');
    }
    expect(told).to.deep.equal([]);
  });

  it('keep what was planted within its fence, and their rules as they are', async () => {
    script.steps = [query({ metrics: ['revenue'] })];
    await post({ question: 'Plain question, please' }, 'clara');
    const rules = rulesOf(script.asked[0]!);
    for (const { system, messages } of [...captured, ...script.asked]) {
      expect(system[0]!.text).to.equal(rules);
      const [, model] = system;
      expect(model!.text.match(/<\/?model>/g)).to.deep.equal(['<model>', '</model>']);
      const { content } = messages[0]!;
      expect(content.match(/<\/question>/g)).to.have.length(1);
      expect(content.match(/<system>|<\/before>.*<\/before>/gs)).to.equal(null);
    }
  });

  it('hold nothing personal, wherever it was: in data, in questions, in what was asked before, in rows that are put into words', async () => {
    const names = query({ metrics: ['customer_count'], dimensions: [{ name: 'customers.name', grain: null }] });
    const emails = query({ dimensions: [{ name: 'customers.email', grain: null }] });
    const byCountry = query({ metrics: ['revenue'], dimensions: [{ name: 'regions.country', grain: null }] });
    const words: Step = { text: 'Nothing.' };
    const read = { ...(byCountry.answer as object), reading: 'What [email_1] bought, by country.' };
    for (const [question, steps, previous] of [
      ['Who are our customers?', [names, words], []],
      ['Which addresses do we have?', [emails, words], []],
      ['What did eve@a.example and +49 170 1234567 with card 4111 1111 1111 1111 buy?', [{ answer: read }, words], []],
      [
        'And the others, without Eve?',
        [byCountry, words],
        [
          {
            question: 'What did b@x.example buy, who is Cleo?',
            query: { metrics: ['revenue'], filters: { member: 'customers.name', op: 'eq', values: ['Cleo'] } },
          },
          {
            question: 'And the rest?',
            sql: "select sum(amount) from orders join customers using (customer_id) where name = 'Eve'",
          },
        ],
      ],
    ] as const) {
      script.steps = [...steps];
      const { body, text } = await post({ question, words: 'model', context: { previous } }, 'boss');
      expect(body.outcome, text).to.equal('answered');
    }
    const all = JSON.stringify([...captured, ...script.asked]);
    expect(all.length).to.be.greaterThan(10_000);
    for (const planted of [/\bCleo\b/, /\bEve\b/, /b@x\.example/, /a@b/, /eve@a/, /1234567/, /4111/])
      expect(planted.exec(all)?.[0], String(planted)).to.equal(undefined);
    // That one was written into the model by its author, as an instruction.
    expect(all.match(/.{12}math\.example/g)?.every((found) => found.endsWith('ada@math.example'))).to.equal(true);
  });
});
