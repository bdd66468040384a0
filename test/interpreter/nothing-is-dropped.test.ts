import { expect } from 'chai';
import { type AskedModel, asking, readModel, readQuestions } from './asked-model.js';

/** What is said besides, and what a query must then hold: each is added to questions that are answered without it. */
const additions: Readonly<Record<string, readonly (readonly [words: string, held: string])[]>> = {
  ontology: [
    [' in Germany', 'Germany'],
    [' by brand', 'brand'],
    [' without Boots', 'Boots'],
    [' for business customers', 'business'],
    [' in Q3 2023', '2023-Q3'],
    [' except Austria', 'Austria'],
    [' from club members', 'club'],
    [' with more than 77 orders', '77'],
    [' older than 33', '33'],
    [' under Camping', 'Camping'],
  ],
  'plugins/llm/interpreter/fixtures/flights': [
    [' for gold members', 'gold'],
    [' by tier', 'tier'],
    [' without agency bookings', 'agency'],
    [' on Boeing', 'Boeing'],
    [' and passengers', 'passengers'],
    [' with distance over 4321', '4321'],
    [' in business class', 'business'],
    [' per model', 'model'],
  ],
};
const questions: Readonly<Record<string, string>> = {
  ontology: 'example',
  'plugins/llm/interpreter/fixtures/flights': 'flights',
};

describe('what is said is in the query, or there is none', () => {
  for (const [folder, said] of Object.entries(additions)) {
    const { values, rows } = readQuestions(`plugins/llm/interpreter/fixtures/questions/${questions[folder]}.json`);
    const answered = rows.filter((row) => row.query !== undefined && row.after === undefined);
    let model: AskedModel;
    before(async () => {
      model = await asking(await readModel(folder), values);
    });
    after(() => model.stop());
    said.forEach(([words, held], offset) => {
      it(`${questions[folder]}: …${words}`, async () => {
        // Each addition with others of the questions: together they meet most of them.
        for (const { question } of answered.filter((_, at) => at % 5 === offset % 5)) {
          const asked = `${question.replace(/\?$/, '')}${words}`;
          const answer = await model.ask(asked);
          if (answer.outcome !== 'query') continue;
          expect(JSON.stringify(answer.query), asked).to.include(held);
        }
      });
    });
  }
});
