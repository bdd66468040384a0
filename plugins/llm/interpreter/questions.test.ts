import { expect } from 'chai';
import type { Interpretation, Turn } from 'datamind/contract';
import { type AskedModel, asking, readModel, readQuestions } from '../../../test/interpreter/asked-model.js';

/** Fixtures of questions, and the model that they are about. */
const about: Readonly<Record<string, string>> = {
  example: 'ontology',
  'example-words': 'ontology',
  'example-clauses': 'ontology',
  'example-parts': 'ontology',
  'clinic-parts': 'plugins/llm/interpreter/fixtures/clinic',
  'flights-parts': 'plugins/llm/interpreter/fixtures/flights',
  'flights-clauses': 'plugins/llm/interpreter/fixtures/flights',
  clinic: 'plugins/llm/interpreter/fixtures/clinic',
  'clinic-misread': 'plugins/llm/interpreter/fixtures/clinic',
  'parcels-misread': 'plugins/llm/interpreter/fixtures/parcels',
  'flights-misread': 'plugins/llm/interpreter/fixtures/flights',
  parcels: 'plugins/llm/interpreter/fixtures/parcels',
  flights: 'plugins/llm/interpreter/fixtures/flights',
  times: 'ontology',
  hotels: 'test/eval/fourth-business/ontology',
  'gym-misread': 'plugins/llm/interpreter/fixtures/gym',
  water: 'plugins/llm/interpreter/fixtures/water',
  'other-languages': 'plugins/llm/interpreter/fixtures/parcels',
};

/** What matters of an answer: the very query, those to choose from, or why there is none. */
const shape = (answer: Interpretation): Readonly<Record<string, unknown>> =>
  answer.outcome === 'query'
    ? { query: answer.query }
    : answer.outcome === 'clarify'
      ? { choices: answer.choices.map(({ query }) => query) }
      : { abstains: answer.reason };

for (const [name, folder] of Object.entries(about)) {
  describe(`questions: ${name}`, () => {
    const { values, rows } = readQuestions(`plugins/llm/interpreter/fixtures/questions/${name}.json`);
    let model: AskedModel;
    before(async () => {
      model = await asking(await readModel(folder), values);
    });
    after(() => model.stop());
    for (const { question, after: before = [], ...expected } of rows) {
      it([...before, question].join(' — '), async () => {
        const previous: Turn[] = [];
        for (const earlier of before) {
          const answer = await model.ask(earlier, previous);
          expect(answer.outcome).to.equal('query');
          if (answer.outcome === 'query') previous.push({ question: earlier, query: answer.query });
        }
        const answer = await model.ask(question, previous);
        expect(shape(answer)).to.deep.equal(expected);
        const queries =
          answer.outcome === 'query'
            ? [answer.query]
            : answer.outcome === 'clarify'
              ? answer.choices.map((one) => one.query)
              : [];
        for (const query of queries) expect(await model.check(query)).to.deep.equal([]);
      });
    }
  });
}
