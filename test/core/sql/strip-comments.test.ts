import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import { stripComments } from '../../../core/sql/strip-comments.js';
import { compile } from '../../../semantic/check/compiler.js';

describe('comments in queries of authors', () => {
  const kept: readonly (readonly [string, string])[] = [
    ['select 1', 'select 1'],
    ['select a -- the first\nfrom t', 'select a  \nfrom t'],
    ['select a --\nfrom t', 'select a  \nfrom t'],
    ['select a /* of\nt */ from t', 'select a   from t'],
    ["select '-- no' as a, '/* no */' as b from t -- yes", "select '-- no' as a, '/* no */' as b from t  "],
    [`select "a--b", \`c/*d\`, 'it''s --' from t`, `select "a--b", \`c/*d\`, 'it''s --' from t`],
    // Where the string ends depends on the engine.
    [String.raw`select 'it\'s' -- x`, String.raw`select 'it\'s' -- x`],
    ['select $$-- x$$', 'select $$-- x$$'],
  ];
  for (const [text, expected] of kept) it(text, () => expect(stripComments(text)).to.deep.equal({ text: expected }));

  const told: readonly (readonly [string, string])[] = [
    ['select 1--1', '--1'],
    ['select a --x\nfrom t', '--x'],
    ['select /*! 1, */ a', '/*! 1, */'],
    ['select /*M! 1, */ a', '/*M! 1, */'],
    ['select /*+ INDEX(a) */ a', '/*+ INDEX(a) */'],
    ['select /* a /* b */ c */ d', '/* a /* b */'],
    ['select a /* b', '/* b'],
  ];
  for (const [text, marked] of told)
    it(`${text} is told`, () => {
      const found = stripComments(text);
      expect(found).to.have.property('problem');
      if ('problem' in found) expect(text.slice(found.problem.start, found.problem.end)).to.equal(marked);
    });
});

describe('comments in the SQL of an entity', () => {
  const entity = (sql: string) =>
    compile(new Map([['orders.yaml', `entity: orders\nkey: id\nsql: |\n  ${sql.replaceAll('\n', '\n  ')}\n`]]));

  it('are not in the model, so that a firewall lets it pass', async () => {
    await loadQueryParser();
    const { model } = entity('select id -- of the order\nfrom sales.orders /* all */');
    const from = model!.entities.orders!.from;
    const text = from.kind === 'query' ? from.sql.default! : '';
    expect(text).to.equal('select id  \nfrom sales.orders');
    const statement = `SELECT count(*) AS n FROM (${text}) AS orders`;
    const expected = [{ table: 'orders', text, parameters: [] }];
    expect(judge({ dialect: 'duckdb', text: statement, parameters: [], expected }).verdict).to.equal('allow');
  });

  it('are told at their place where a database would run them', () => {
    const { model, diagnostics } = entity('select id\nfrom orders --x');
    expect(model).to.equal(null);
    expect(diagnostics.map(({ code, line, column }) => [code, line, column])).to.deep.equal([['SQL_SYNTAX', 5, 15]]);
  });
});
