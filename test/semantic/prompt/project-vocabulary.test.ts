import { expect } from 'chai';
import { modelWithin } from '../../../semantic/model/view.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { sayableDimensions, vocabularyOf } from '../../../semantic/prompt/vocabulary.js';
import { shopWith, someone } from '../policy/guarded-shop.js';
import { onlyTables } from '../policy/only-tables.js';

const yaml = `glossary:
  wages: {description: What people are paid., refers_to: [staff.payroll]}
  basket: {description: What is bought at once., refers_to: [orders.order_id]}
verified_queries:
  paid: {question: How much do we pay?, query: {metrics: [payroll]}}
  counted: {question: How many orders were there?, query: {metrics: [order_count]}}
`;

describe('the vocabulary of a project', () => {
  const options = { dialect: 'duckdb', lineages: onlyTables, now: new Date('2026-06-15T12:00:00Z') } as const;
  const listed = { project: 'shop', entities: ['orders', 'customers'], metrics: ['average_pay'] };

  for (const policies of ['', 'policies:\n  - {name: all_staff, for: everyone, on: staff, rows: "true"}\n'])
    it(`has no word of what is outside${policies === '' ? '' : ', where there are policies'}`, () => {
      const model = modelWithin(shopWith(yaml + policies), listed);
      const governed = planOptionsFor(model, someone({ project: 'shop' }), options);
      const vocabulary = vocabularyOf(model, governed, 'duckdb');
      const told = JSON.stringify([vocabulary, [...sayableDimensions(model, governed)]]);
      expect(told).not.to.match(/\b(staff|payroll|headcount|regions?|order_lines|wages|team|How much do we pay)\b/);
      expect(vocabulary.metrics.map(({ name }) => name)).to.include.members(['average_pay', 'revenue']);
      expect(vocabulary.verified.map(({ question }) => question)).to.deep.equal(['How many orders were there?']);
      expect(vocabulary.glossary.map(({ name }) => name)).to.deep.equal(['basket']);
    });
});
