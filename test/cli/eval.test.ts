/** `datamind eval`, with something that takes every question for the revenue: what it says of itself must then be so, too. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { makeSmallProject, runProgram, type SmallProject } from '../e2e/small-project.js';

const questions = `now: "2026-01-01T00:00:00Z"
subjects:
  reader: {user: rita}
  other: {user: otto}
questions:
  - {id: sum, question: revenue, answers: [{columns: [x], rows: [[185.15]]}]}
  - {id: two-ways, question: revenue, as: other, answers: [{columns: [x], rows: [[1]]}, {columns: [x], rows: [[185.15]]}]}
  - {id: by-query, kind: references, question: revenue, query: {metrics: [revenue, order_count]}, as: reader}
  - {id: by-sql, kind: references, question: what did we sell, sql: "select sum(amount) as total from orders where status <> 'void'"}
  - {id: verified, kind: follow-up, previous: [revenue], question: How many orders?, query: {metrics: [order_count]}}
  - {id: nobody-knows, kind: no answer, because: outside, question: who stole the till}
`;

const verifiedYaml = `verified_queries:
  order_count: {question: How many orders?, query: {metrics: [order_count]}}
  paid: {question: What was paid?, query: {metrics: [revenue], filters: {member: status, op: eq, values: [paid]}}}
`;

const broken: readonly (readonly [what: string, file: string, text: string, says: RegExp])[] = [
  ['no YAML', 'a.yaml', 'questions: [', /no YAML that can be read/],
  ['no answer and none to be', 'b.yaml', 'questions: [{id: a, question: b}]', /"a" needs one of "answers"/],
  [
    'two of the same id',
    'c.jsonl',
    '{"id":"a","question":"b","because":"outside"}\n{"id":"a","question":"c","because":"outside"}',
    /"a" is there twice/,
  ],
  [
    'a subject that nobody is',
    'd.yaml',
    'questions: [{id: a, question: b, as: eva, because: outside}]',
    /asked as "eva"/,
  ],
  [
    'a row that is too short',
    'e.json',
    '{"questions":[{"id":"a","question":"b","answers":[{"columns":["x","y"],"rows":[[1]]}]}]}',
    /not as wide/,
  ],
  ['an unknown key', 'f.yaml', 'questions: [{id: a, question: b, becouse: outside}]', /becouse/],
];

describe('datamind eval', function () {
  this.timeout(60_000);
  let project: SmallProject;
  const run = (...args: readonly string[]) => runProgram(project.folder, ['eval', ...args]);

  before(async () => {
    project = await makeSmallProject();
    const config = JSON.parse(readFileSync(project.config, 'utf8')) as { plugins: object[] };
    const scripted = join(packageRoot(), 'test', 'questions', 'scripted-llm');
    config.plugins.push({ use: scripted, as: 'reader', config: { does: 'interpretation' } });
    writeFileSync(project.config, JSON.stringify(config));
    writeFileSync(join(project.folder, 'questions.yaml'), questions);
    writeFileSync(join(project.folder, 'ontology', 'verified.yaml'), verifiedYaml);
    for (const [, file, text] of broken) writeFileSync(join(project.folder, file), text);
  });
  after(() => project.remove());

  it('counts what came out right, and what did not, by kind', async () => {
    const { code, out } = await run('questions.yaml', '--json');
    const { total, by_kind: kinds, questions: asked, calibration } = JSON.parse(out);
    const verdicts = Object.fromEntries(asked.map(({ id, verdict }: Record<string, string>) => [id, verdict]));
    expect(verdicts).to.deep.equal({
      sum: 'right',
      'two-ways': 'right',
      'by-query': 'wrong',
      'by-sql': 'error',
      verified: 'right',
      'nobody-knows': 'wrong',
    });
    expect(total).to.include({ questions: 6, right: 3, wrong: 2, clarified: 0, abstained: 0, error: 1 });
    expect(kinds.plain).to.include({ questions: 2, right: 2 });
    expect(calibration.error).to.be.greaterThan(0);
    expect(code).to.equal(1);
  });

  it('says in a table what it counted, and what was wrong', async () => {
    const { out } = await run('questions.yaml');
    expect(out).to.match(/^kind +questions +right/);
    expect(out).to.match(/^all +6 +3 +2 +0 +0 +1 +50\.0 % +33\.3 %$/m);
    expect(out).to.match(/^nobody-knows +wrong +who stole the till$/m);
  });

  it('tells which questions came out otherwise than in an earlier run', async () => {
    const { out } = await run('questions.yaml', '--json');
    const earlier = JSON.parse(out);
    earlier.questions[0].verdict = 'wrong';
    earlier.questions.splice(5, 1);
    writeFileSync(join(project.folder, 'run.json'), JSON.stringify(earlier));
    const compared = await run('questions.yaml', '--json', '--compare', 'run.json');
    expect(JSON.parse(compared.out).changes).to.deep.equal([
      { id: 'sum', kind: 'plain', question: 'revenue', before: 'wrong', now: 'right' },
      { id: 'nobody-knows', kind: 'no answer', question: 'who stole the till', before: null, now: 'wrong' },
    ]);
  });

  it('asks the verified queries of the model where no file is named', async () => {
    const { code, out } = await run('--json');
    const { total } = JSON.parse(out);
    expect(total).to.include({ questions: 2, right: 2 });
    expect(code).to.equal(0);
  });

  it('answers a line at a time', async () => {
    const input =
      '{"id": 1, "question": "revenue"}\n\n{"id": "b", "question": 7}\n{"id": 3, "question": "How many orders?"}\n';
    const args = ['eval', '--llm', 'none', '--batch'];
    const { code, out } = await runProgram(project.folder, args, { input });
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const keys = ['id', 'outcome', 'sql', 'columns', 'rows', 'confidence', 'message'];
    for (const answer of answers) expect(Object.keys(answer)).to.deep.equal(keys);
    expect(answers.map(({ id, outcome, rows }) => [id, outcome, rows])).to.deep.equal([
      [1, 'answered', [[185.15]]],
      [null, 'error', []],
      [3, 'answered', [[5]]],
    ]);
    expect(code).to.equal(1);
  });

  it('knows no language model that is not configured', async () => {
    const { code, err } = await run('questions.yaml', '--llm', 'sage');
    expect(err).to.match(/no language model "sage"/);
    expect(code).to.equal(2);
  });

  for (const [what, file, , says] of broken) {
    it(`refuses a file with ${what}`, async () => {
      const { code, err } = await run(file);
      expect(err).to.match(says);
      expect(code).to.equal(2);
    });
  }
});
