import { expect } from 'chai';
import { EditError, editDocument } from '../../../semantic/load/edit-document.js';
import { readYaml } from '../../../semantic/load/read-yaml.js';

const text = `# The numbers of the business.
metrics:
  # Net of VAT.
  revenue: {measure: revenue, unit: EUR}   # certified in May
  margin:
    formula: (revenue - cost) / revenue  # as finance does
    format: percent
---
entity: orders   # one row an order
table: orders
measures:
  revenue: {sum: amount}
`;

type Path = readonly (string | number)[];
const cases: readonly (readonly [string, Path, unknown, (written: string) => string])[] = [
  ['sets one value', ['metrics', 'margin', 'format'], 'number', (t) => t.replace('format: percent', 'format: number')],
  [
    'replaces a metric, keeping its comments',
    ['metrics', 'revenue'],
    { measure: 'revenue', unit: 'USD' },
    (t) => t.replace('EUR', 'USD').replace('   # certified', ' # certified'),
  ],
  [
    'adds a metric at the end',
    ['metrics', 'share'],
    { ratio: ['a', 'b'] },
    (t) => t.replace('    format: percent\n', '    format: percent\n  share:\n    ratio:\n      - a\n      - b\n'),
  ],
  ['removes a metric', ['metrics', 'margin'], undefined, (t) => t.replace(/ {2}margin:\n.*\n.*\n/, '')],
  [
    'finds an entity by its name',
    ['entities', 'orders', 'table'],
    'sales.orders',
    (t) => t.replace('table: orders', 'table: sales.orders'),
  ],
  [
    'changes an entity, key by key',
    ['entities', 'orders'],
    { table: 'o', measures: { revenue: { sum: 'amount' } } },
    (t) => t.replace('table: orders', 'table: o'),
  ],
  ['removes an entity with its document', ['entities', 'orders'], undefined, (t) => t.slice(0, t.indexOf('---'))],
  ['leaves out what is not there', ['glossary', 'x'], undefined, (t) => t],
];
/** Blanks before a comment are the only thing that the writer evens out. */
const even = (written: string): string => written.replace(/ +#/g, ' #');

describe('writing into a document', () => {
  for (const [title, path, value, change] of cases) {
    it(title, () => expect(even(editDocument(text, path, value))).to.equal(even(change(text))));
  }

  it('begins a text that is empty', () => {
    expect(editDocument('', ['metrics', 'a'], { measure: 'b' })).to.equal('metrics:\n  a:\n    measure: b\n');
  });

  it('removes the document that has nothing left, and no other', () => {
    const three = 'glossary:\n  aov: {description: A mean.}\n---\nmetrics: {a: {measure: b}}\n---\nentity: orders\n';
    const rest = three.slice(three.indexOf('---'));
    expect(editDocument(three, ['glossary'], undefined)).to.equal(rest);
    expect(editDocument(three, ['glossary', 'aov'], undefined)).to.equal(rest);
  });

  it('refuses a text that is not YAML, and a path through a text', () => {
    expect(() => editDocument('a: [', ['a'], 1)).to.throw(EditError);
    expect(() => editDocument('metrics: none\n', ['metrics', 'a', 'b'], 1)).to.throw(EditError);
  });

  it('writes texts that would be something else so that they stay texts', () => {
    const written = editDocument('', ['glossary', 'on'], { description: 'no', synonyms: ['1', 'null', 'a: b', '# x'] });
    const [document] = readYaml(written).documents;
    expect(JSON.stringify(document))
      .to.contain('"value":"null"')
      .and.to.contain('"value":"1"')
      .and.to.contain('"value":"a: b"');
  });
});
