import { expect } from 'chai';
import type { ValueMatch } from '../../core/plugin/llm.js';
import { ask } from '../api/request.js';
import { script } from './script.js';
import { type QuestionServer, startQuestions } from './start-questions.js';

describe('values that a question names', () => {
  let server: QuestionServer;
  let found: readonly ValueMatch[];
  const { interpret } = script;
  before(async () => {
    server = await startQuestions(['interpretation']);
  });
  after(async () => {
    script.interpret = interpret;
    await server?.close();
  });
  const find = async (phrase: string, user: string): Promise<readonly string[]> => {
    script.interpret = async ({ findValues }) => {
      found = await findValues(phrase, 5);
      return { outcome: 'abstain', reason: 'unclear', message: 'No.', unknown: [], near: [] };
    };
    const headers = { authorization: `Bearer ${user}` };
    await ask(server.url, 'POST', '/api/v1/ask', { body: { question: phrase }, headers });
    return found.map(({ dimension, value }) => `${dimension} ${value}`);
  };
  const read = (): string =>
    JSON.stringify(
      server.entries().flatMap(({ intent }) => (intent.action === 'statement.run' ? [intent.detail] : [])),
    );

  it('are read from the data, once, in the trail like everything else', async () => {
    expect(await find('fr', 'boss')).to.include('regions.country FR');
    expect(await find('TENTS', 'boss')).to.deep.equal(['order_lines.product tent']);
    const runs = server.entries().length;
    await find('axe', 'boss');
    const actions = server
      .entries()
      .slice(runs)
      .map(({ intent }) => intent.action);
    expect(actions).to.deep.equal(['question.ask']);
  });

  it('are those that the asker may see, and nobody’s name', async () => {
    expect(await find('fr', 'clara')).to.deep.equal(['regions.country FR']);
    // Orders of her customers only.
    expect(await find('open', 'clara')).to.deep.equal(['orders.status open']);
    for (const user of ['boss', 'clara']) {
      for (const name of ['Ada', 'Cleo', 'b@x.example']) expect(await find(name, user), name).to.deep.equal([]);
    }
    expect(await find('a', 'clara')).not.to.include('staff.team a');
    expect(await find('a', 'boss')).to.include('staff.team a');
    expect(read()).not.to.match(/Ada|Cleo/);
  });
});
