import { expect } from 'chai';
import { createApprover } from '../../../core/plugin/approval.js';
import type { ApprovedStatement } from '../../../core/plugin/contract.js';

const statement: ApprovedStatement = {
  dialect: 'postgres',
  text: 'SELECT $1',
  parameters: [{ type: 'string', value: 'x' }],
};

describe('the approval of statements', () => {
  const approver = createApprover();
  const approved = approver.approve(statement);

  it('holds for the object that was approved', () => {
    expect(approver.isApproved(approved)).to.equal(true);
    expect(approved).to.deep.equal(statement);
  });

  const forgeries: Readonly<Record<string, unknown>> = {
    'the statement that was handed in': statement,
    'a copy': { ...approved },
    'a deep copy': structuredClone(approved),
    'a proxy': new Proxy(approved, {}),
    'an heir': Object.create(approved),
    'one that another approver approved': createApprover().approve(statement),
    nothing: null,
    'a text': 'SELECT 1',
  };
  for (const [title, forgery] of Object.entries(forgeries)) {
    it(`does not hold for ${title}`, () => expect(approver.isApproved(forgery)).to.equal(false));
  }

  it('cannot be used to change what was approved', () => {
    const source = { ...statement, parameters: [{ type: 'string' as const, value: 'x' }] };
    const result = approver.approve(source);
    source.text = 'DROP TABLE t';
    source.parameters[0]!.value = 'y';
    expect(result).to.deep.equal(statement);
    expect(() => Object.assign(result, { text: 'DROP TABLE t' })).to.throw(TypeError);
    expect(() => Object.assign(result.parameters[0]!, { value: 'y' })).to.throw(TypeError);
    expect(() => (result.parameters as unknown[]).push(1)).to.throw(TypeError);
  });

  it('reads each part once, so that what was judged is what runs', () => {
    let reads = 0;
    const shifty = {
      ...statement,
      get text() {
        reads += 1;
        return reads === 1 ? 'SELECT 1' : 'DROP TABLE t';
      },
    };
    const result = approver.approve(shifty);
    expect([result.text, result.text, reads]).to.deep.equal(['SELECT 1', 'SELECT 1', 1]);
  });
});
