import { expect } from 'chai';
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import { compile } from '../../../semantic/check/compiler.js';
import { contradictionsIn } from '../../../semantic/prompt/contradictions.js';

const { model, diagnostics } = compile(
  new Map([
    [
      'clinic.yaml',
      `entity: visits
table: visits
key: id
joins: {patient: {to: patients, on: patient_id}, sent_by: {to: patients, on: sender_id, role: true}}
dimensions:
  id: {type: number}
  state: {type: string, values: [booked, held, missed]}
  ended_on: {type: time, stores: date}
  is_running: {type: boolean, expr: ended_on is null}
  paid: {type: boolean}
  came_at: {type: time, stores: local, default: true}
measures:
  held: {count: "*", where: state <> 'missed'}
  running: {count: "*", where: is_running}
  paid_visits: {count: "*", where: paid}
  private_visits: {count: "*", where: "patient.insurance = 'private' and state in ('held', 'booked')"}
  visits: {count: "*"}
---
entity: patients
table: patients
key: patient_id
dimensions: {patient_id: {type: number}, insurance: {type: string}, town: {type: string}}
filters: {insured_privately: insurance = 'private'}
measures: {patients: {count: "*"}}
---
metrics:
  held_share: {ratio: [held, visits]}
  private_share: {ratio: [private_visits, visits]}
`,
    ],
  ]),
);

if (model === null) throw new Error(JSON.stringify(diagnostics));

const of = (member: string, ...values: readonly (string | boolean)[]) => ({
  filters: { member, op: values.length > 1 ? ('in' as const) : ('eq' as const), values },
});

const rows: readonly (readonly [what: string, query: SemanticQuery, contradicts: boolean])[] = [
  ['a value that the measure leaves out', { metrics: ['held'], ...of('state', 'missed') }, true],
  ['another value', { metrics: ['held'], ...of('state', 'booked') }, false],
  ['that value among others', { metrics: ['held'], ...of('state', 'missed', 'booked') }, false],
  ['a part of a ratio that leaves it out', { metrics: ['held_share'], ...of('visits.state', 'missed') }, true],
  ['a measure without a condition', { metrics: ['visits'], ...of('state', 'missed') }, false],
  ['a value across a join', { metrics: ['private_visits'], ...of('patient.insurance', 'public') }, true],
  ['the same by the entity', { metrics: ['private_share'], ...of('patients.insurance', 'public') }, true],
  ['one of a list that is left out', { metrics: ['private_visits'], ...of('state', 'missed') }, true],
  ['a boolean', { metrics: ['paid_visits'], ...of('paid', false) }, true],
  ['the same boolean', { metrics: ['paid_visits'], ...of('paid', true) }, false],
  ['a time that has not come', { metrics: ['running'], time: { dimension: 'ended_on', range: '2025' } }, true],
  ['a time of another dimension', { metrics: ['running'], time: { dimension: 'came_at', range: '2025' } }, false],
  ['a computed boolean beside its time', { metrics: ['visits'], ...of('is_running', true) }, false],
  [
    'two values of one thing at once',
    { metrics: ['visits'], filters: { and: [of('state', 'held').filters, of('visits.state', 'missed').filters] } },
    true,
  ],
  [
    'two values of one thing, either',
    { metrics: ['visits'], filters: { or: [of('state', 'held').filters, of('state', 'missed').filters] } },
    false,
  ],
  [
    'what is excluded, and asked for',
    {
      metrics: ['visits'],
      filters: { and: [of('state', 'held').filters, { member: 'state', op: 'not_in', values: ['held', 'booked'] }] },
    },
    true,
  ],
  [
    'a named filter beside another value',
    { metrics: ['visits'], segments: ['insured_privately'], ...of('patient.insurance', 'public') },
    true,
  ],
  [
    'a named filter beside its own value',
    { metrics: ['visits'], segments: ['patients.insured_privately'], ...of('patient.insurance', 'private') },
    false,
  ],
  [
    'the same thing in two roles',
    {
      metrics: ['visits'],
      filters: { and: [of('patient.town', 'Bonn').filters, of('sent_by.town', 'Kiel').filters] },
    },
    false,
  ],
  ['names that nothing has', { metrics: ['nothing'], ...of('none', 'x') }, false],
];

describe('contradictions in what was read from words', () => {
  for (const [what, query, contradicts] of rows)
    it(`${contradicts ? 'are' : 'are not'} ${what}`, () => {
      const problems = contradictionsIn(model, query);
      expect(problems.map(({ code }) => code)).to.deep.equal(contradicts ? ['WOULD_BE_WRONG'] : []);
    });
});
