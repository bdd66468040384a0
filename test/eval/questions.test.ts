/** The question sets themselves: whole, and read as the product reads them. */
import { expect } from 'chai';
import { localSubject } from '../../src/identity/caller.js';
import { readQuestions } from '../../src/eval/read-questions.js';
import { businesses } from './businesses.js';
import { readByHand } from './by-hand.js';

describe('questions with known answers', () => {
  for (const { name, file, questions } of businesses) {
    it(`${name}: the file has every question that was written, each once, and reads`, () => {
      const { questions: read } = readQuestions(file, null, localSubject);
      const written = readByHand(questions).questions;
      expect(read.map(({ id, question }) => [id, question])).to.deep.equal(written.map(({ id, ask }) => [id, ask]));
      for (const { unanswerable, answers } of read) expect(answers.length > 0).to.equal(unanswerable === null);
    });
  }

  it('there are as many of each kind as are called for', () => {
    const { questions } = readQuestions(businesses[0]!.file, null, localSubject);
    const none = questions.filter(({ unanswerable }) => unanswerable !== null);
    expect(questions.length - none.length).to.be.at.least(280);
    expect(none.length).to.be.at.least(70);
    const kinds = new Set(questions.map(({ kind }) => kind));
    const all = ['plain', 'compound', 'time', 'comparison', 'follow-up', 'misspelt', 'no answer'];
    expect([...kinds]).to.have.members(all);
  });
});
