import { expect } from 'chai';
import type { AuthoredModel } from './authored-model.js';
import type { Data } from './data.js';
import { isDouble, isDoubleTree } from './double-precision.js';
import { evaluate } from './evaluate.js';
import { metricTree } from './metric-tree.js';
import { parseExpression } from './parse-expression.js';
import { spell } from './value.js';
import { readCalendar, World } from './world.js';

const model: AuthoredModel = {
  project: { name: 'Doubles' },
  entities: {
    marks: {
      table: 'marks',
      key: 'id',
      joins: { best: { to: 'marks', on: 'id' } },
      dimensions: { share: { type: 'number', expr: 'f' }, whole: { type: 'number', expr: 'n' } },
      measures: {
        either: { sum: 'coalesce(n, f)' },
        joined: { sum: 'coalesce(n, best.share)' },
        total: { sum: 'n' },
        typical: { average: 'n' },
      },
    },
  },
  metrics: {
    less: { formula: '5 - either' },
    gap: { formula: '5 - total' },
    known: { formula: 'coalesce(total, typical)' },
  },
};

const data: Data = {
  marks: { columns: { id: 'integer', n: 'bigint', f: 'float' }, rows: [[1, '9007199254740993', null]] },
};

describe('numbers of which one part is a float', () => {
  for (const [expr, expected] of [
    ['n + 1', false],
    ['n + f', true],
    ['n / 2', true],
    ['-f', true],
    ['coalesce(n, f)', true],
    ['coalesce(f, 0)', true],
    ['coalesce(n, 0.5)', false],
    ['greatest(n, 1, f)', true],
    ['if(f > 1, n, 2)', false],
    ['if(n > 1, n, f)', true],
    ['case when f > 1 then n end', false],
    ['case when n > 1 then n else f end', true],
    ['nullif(n, f)', false],
    ['nullif(f, n)', true],
    ["length('f')", false],
    ['cast(n as float)', true],
  ] as const)
    it(`${expr}: ${expected}`, () =>
      expect(isDouble(parseExpression(expr), ([name]) => name === 'f')).to.equal(expected));

  it('are doubles whichever part the row gives', () => {
    const outcome = evaluate(model, data, { metrics: ['either', 'joined', 'less', 'gap', 'known'] }, 0);
    if ('refused' in outcome) throw new Error(outcome.why);
    expect(outcome.rows[0]!.map(spell)).to.deep.equal([
      9007199254740992,
      9007199254740992,
      -9007199254740987,
      '-9007199254740988',
      9007199254740992,
    ]);
  });

  it('make a metric one of doubles', () => {
    const world = new World(model, data, readCalendar(model, undefined), '1970-01-01T00:00:00.000000');
    const names = ['total', 'either', 'joined', 'typical', 'gap', 'less', 'known'];
    const doubles = names.filter((name) => isDoubleTree(metricTree(model, name), world));
    expect(doubles).to.deep.equal(['either', 'joined', 'typical', 'less', 'known']);
  });
});
