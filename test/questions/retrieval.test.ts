import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ask } from '../api/request.js';
import { script } from './script.js';
import { type QuestionServer, startQuestions } from './start-questions.js';

const question = 'ordre wortth';

/** Whether the prompt of a question that shares no word with the verified one shows it. */
const showsVerified = async (server: QuestionServer): Promise<boolean> => {
  script.steps = [{ fail: 'LLM_DECLINED' }];
  script.asked = [];
  await ask(server.url, 'POST', '/api/v1/ask', { body: { question } });
  const [asked] = script.asked;
  return JSON.stringify([asked!.system, asked!.messages]).includes('What is an order worth?');
};

describe('what a prompt shows of a model', () => {
  it('is found by what is near too, where there is an embedder, and vectors are kept', async () => {
    const home = mkdtempSync(join(tmpdir(), 'datamind-home-'));
    const vectors = { use: 'datamind/plugins/llm/hashing', as: 'vectors', config: {} };
    const near = await startQuestions(['completion'], { home }, undefined, [vectors]);
    try {
      // The first one may be asked before the vectors are there.
      await showsVerified(near);
      expect(await showsVerified(near)).to.equal(true);
      expect(readdirSync(join(home, 'vectors')).some((name) => name.endsWith('.vectors'))).to.equal(true);
    } finally {
      await near.close();
      rmSync(home, { recursive: true, force: true });
    }
  });
});
