import { expect } from 'chai';
import { createFirewall, secondParsers } from '../../../core/firewall/create-firewall.js';
import type { DialectName, Parameter } from '../../../core/plugin/contract.js';
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

  describe('other values for a text that was admitted', () => {
    const own = 'SELECT p.id AS id FROM main.customers AS p WHERE p.region = ?';
    const integer = (value: number) => ({ type: 'integer', value }) as const;
    const parameters = [integer(7), integer(1), { type: 'string', value: 'a' } as const];
    const judged = {
      dialect: 'mysql' as const,
      text: `SELECT id FROM (${own}) AS customers WHERE id > ? AND id <> ?`,
      parameters,
      expected: [{ table: 'customers', text: own, parameters: [integer(7)] }],
    };
    const admitted = () => {
      const admission = firewall.admit(judged, null);
      if (!admission.admitted) throw new Error(admission.refusal.message);
      return admission.statement;
    };
    const rows: readonly (readonly [string, readonly Parameter[], boolean])[] = [
      ['values of filters', [integer(7), integer(2), { type: 'string', value: 'b; drop' }], true],
      ['the same values', parameters, true],
      ["another value of the policy's", [integer(8), integer(1), parameters[2]!], false],
      ['a filter of another type', [integer(7), { type: 'decimal', value: '1' }, parameters[2]!], false],
      ['a null in the place of a value', [integer(7), integer(1), { type: 'string', value: null }], false],
      ['a number in the place of a text', [integer(7), integer(1), { type: 'string', value: 1 }], false],
      ['fewer values', parameters.slice(0, 2), false],
      ['more values', [...parameters, integer(1)], false],
      ['values in another order', [integer(1), integer(7), parameters[2]!], false],
    ];
    for (const [title, values, holds] of rows) {
      it(`${title}: ${holds ? 'the verdict holds' : 'to be judged anew'}`, () => {
        const rebound = firewall.rebind(admitted(), values);
        expect(rebound !== null).to.equal(holds);
        if (rebound === null) return;
        expect(firewall.isApproved(rebound)).to.equal(true);
        expect(rebound.parameters).to.deep.equal(values);
        expect(rebound.text).to.equal(judged.text);
        expect(firewall.rebind(rebound, [integer(8), ...parameters.slice(1)])).to.equal(null);
      });
    }

    it("a filter's value that is the policy's own too stays what it is", () => {
      const twice = { ...judged, parameters: [integer(7), integer(7), parameters[2]!] };
      const admission = firewall.admit(twice, null);
      if (!admission.admitted) throw new Error(admission.refusal.message);
      expect(firewall.rebind(admission.statement, parameters)).to.equal(null);
    });

    it('nothing of a copy, and of what another firewall admitted', () => {
      expect(firewall.rebind({ ...admitted() }, parameters)).to.equal(null);
      expect(createFirewall().rebind(admitted(), parameters)).to.equal(null);
    });

    it("a relation with another value than the subject's is refused, whatever the filters are", () => {
      for (const value of [8, 1, 0]) {
        const forged = { ...judged, parameters: [integer(value), ...parameters.slice(1)] };
        expect(firewall.admit(forged, null).admitted, String(value)).to.equal(false);
      }
    });
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
