import { correlationId } from '../../core/logging/correlation-id.js';
import { toProblem } from '../api/problem.js';
import type { ContextPart } from '../../semantic/prompt/compile-context.js';
import type { QuestionAnswer } from '../pipeline/question.js';
import type { ProjectQuestions } from '../questions/open-questions.js';
import type { AskInWords, EvalAnswer } from './ask-questions.js';

const nothing = { query: null, sql: null, columns: [], rows: [], confidence: null, inputTokens: null };

const toEvalAnswer = (answer: QuestionAnswer): EvalAnswer => {
  const told = { message: answer.answer, inputTokens: answer.tokens?.input ?? null };
  if (answer.outcome === 'clarify') return { ...nothing, outcome: 'clarify', ...told };
  if (answer.outcome === 'abstained') return { ...nothing, outcome: 'abstain', ...told };
  const { query, sql, columns, rows, confidence } = answer;
  return { outcome: 'answered', query, sql, columns, rows, confidence, ...told };
};

/** Asks as everybody does; without a part of what a language model is told, where one is named. What fails is an outcome; only an abort is thrown. */
export const askPipeline =
  (questions: Pick<ProjectQuestions, 'answer'>, without?: ContextPart): AskInWords =>
  async (question, previous, subject, signal) => {
    const id = correlationId();
    try {
      const answer = await questions.answer({
        question,
        subject,
        correlationId: id,
        signal,
        previous: previous.map((turn) => ({ ...turn, words: null })),
        ...(without !== undefined && { withoutContext: new Set([without]) }),
      });
      return toEvalAnswer(answer);
    } catch (error) {
      signal.throwIfAborted();
      const { code, detail } = toProblem(error, id);
      return { ...nothing, outcome: 'error', message: `${detail} [${code}]` };
    }
  };
