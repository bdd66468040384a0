import { expect } from 'chai';
import { createFirewall, secondParsers } from '../../../core/firewall/create-firewall.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import type { Opinion } from '../../../core/sql/second-opinion/opinion.js';

const relation = 'SELECT p.id AS id FROM main.customers AS p WHERE p.region = 1';
const expected = [{ table: 'customers', text: relation }];
const candidate = (dialect: DialectName, text = `SELECT id FROM (${relation}) AS customers`) => ({
  dialect,
  text,
  parameters: [],
  expected,
});
const agrees = (parser: string): Opinion => ({ agrees: true, parser });

describe('the firewall as the only door to an approved statement', () => {
  before(loadQueryParser);
  const firewall = createFirewall();
  const ruleOf = (dialect: DialectName, opinion: Opinion | null, text?: string): string => {
    const admission = firewall.admit(candidate(dialect, text), opinion);
    return admission.admitted ? 'admitted' : admission.refusal.rule;
  };

  for (const [dialect, parser] of Object.entries(secondParsers) as [DialectName, string | null][]) {
    it(`admits on ${dialect} what ${parser ?? 'nobody else'} sees alike`, () => {
      expect(ruleOf(dialect, parser === null ? null : agrees(parser))).to.equal('admitted');
    });
    if (parser === null) continue;
    it(`refuses on ${dialect} what its parser was not asked about, or sees otherwise`, () => {
      expect(ruleOf(dialect, null)).to.equal('second_opinion');
      expect(ruleOf(dialect, agrees('another'))).to.equal('second_opinion');
      expect(ruleOf(dialect, { agrees: false, parser, why: 'it sees another number of tables' })).to.equal(
        'second_opinion',
      );
    });
  }

  it('refuses what it judges itself, whatever others say', () => {
    expect(ruleOf('postgres', agrees('libpg-query'), 'SELECT id FROM main.customers')).to.equal('table_outside');
  });

  it('knows its own statements, and no copy, and none of another', () => {
    const admission = firewall.admit(candidate('mysql'), null);
    if (!admission.admitted) throw new Error(admission.refusal.message);
    expect(firewall.isApproved(admission.statement)).to.equal(true);
    expect(firewall.isApproved({ ...admission.statement })).to.equal(false);
    expect(createFirewall().isApproved(admission.statement)).to.equal(false);
    expect(() => Object.assign(admission.statement, { text: 'x' })).to.throw(TypeError);
  });
});
