import { expect } from 'chai';
import type { Model } from '../../../semantic/model/model.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { lineagesOf, unknownLineage } from '../../../semantic/policy/lineage.js';
import { meaningOf, staleQueries } from '../../../semantic/prompt/verified-meaning.js';
import { vocabularyOf } from '../../../semantic/prompt/vocabulary.js';
import { shopWith, someone } from '../policy/guarded-shop.js';

type Edit = (yaml: string) => string;

const asked = `
verified_queries:
  pay: {question: What do we pay a head?, query: {metrics: [average_pay], dimensions: [staff.team]}}
  by_country: {question: Where is the revenue?, query: {metrics: [revenue], dimensions: [regions.country]}}
  guests: {question: How many guests?, sql: select count(*) from orders where customer_id is null}
`;
const model = (edit?: Edit): Model => shopWith(asked, edit);
const replaced =
  (from: string, to: string): Edit =>
  (yaml) => {
    expect(yaml).to.contain(from);
    return yaml.replace(from, to);
  };
const changedBy = (edit: Edit): readonly string[] => {
  const [before, after] = [model(), model(edit)];
  return ['pay', 'by_country', 'guests'].filter(
    (name) => meaningOf(before, before.verified_queries[name]!) !== meaningOf(after, after.verified_queries[name]!),
  );
};

describe('what a verified query was made of', () => {
  const rows: readonly (readonly [string, Edit, readonly string[]])[] = [
    ['a measure beneath a metric', replaced('payroll: {sum: salary}', 'payroll: {max: salary}'), ['pay']],
    ['a metric', replaced('[payroll, headcount]', '[top_salary, headcount]'), ['pay']],
    [
      'a dimension',
      replaced('country: {type: string}}', 'country: {type: string, expr: upper(country)}}'),
      ['by_country'],
    ],
    ['a measure', replaced('revenue: {sum: amount}', "revenue: {sum: amount, where: status = 'paid'}"), ['by_country']],
    [
      'a join on the way',
      replaced('{region: {to: regions, on: region_id}}', '{region: {to: regions, on: budget=region_id}}'),
      ['by_country'],
    ],
    ['where an entity comes from', replaced('table: orders\n', 'table: all_orders\n'), ['by_country', 'guests']],
    ['the time zone', replaced('Europe/Berlin', 'UTC'), ['pay', 'by_country', 'guests']],
    ['a label', replaced('{sum: amount}', '{sum: amount, label: Turnover, description: All of it.}'), []],
    ['a measure that it does not name', replaced('{max: salary}', '{min: salary}'), []],
    ['another entity', replaced('lines: {count: "*"}', 'lines: {count: product}'), []],
  ];
  for (const [what, edit, stale] of rows) {
    it(`changes with ${what}: ${stale.join(', ') || 'none'}`, () => {
      expect(changedBy(edit)).to.deep.equal(stale);
    });
  }

  it('is held to what it was when somebody checked it; stale ones answer nobody', () => {
    const hashes = model();
    const kept = (name: string): string => meaningOf(hashes, hashes.verified_queries[name]!);
    const withHashes = asked
      .replace('[staff.team]}}', `[staff.team]}, verified_with: ${kept('pay')}}`)
      .replace('[regions.country]}}', `[regions.country]}, verified_with: ${kept('by_country')}}`);
    const questions = (edit?: Edit): readonly string[] => {
      const whole = shopWith(withHashes, edit);
      const options = { dialect: 'duckdb', now: new Date(0), lineages: lineagesOf(unknownLineage) } as const;
      const governed = planOptionsFor(whole, someone({ roles: ['admin'] }), options);
      return [
        ...vocabularyOf(whole, governed, 'duckdb').verified.map(({ question }) => question),
        ...staleQueries(whole),
      ];
    };
    expect(questions()).to.have.members(['What do we pay a head?', 'Where is the revenue?']);
    expect(questions(replaced('payroll: {sum: salary}', 'payroll: {max: salary}'))).to.have.members([
      'Where is the revenue?',
      'pay',
    ]);
  });
});
