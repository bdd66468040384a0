import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { sqlIn } from '../pipeline/verified-pairs.js';
import type { EvalQuestion, QuestionSet } from './question-set.js';

/** The verified queries of a model as questions: each must still be answered with the rows that its own query has. */
export const verifiedQuestions = (model: Model, subject: Subject, dialect: string): QuestionSet => ({
  name: 'verified queries',
  now: null,
  questions: Object.values(model.verified_queries).flatMap((verified): EvalQuestion[] => {
    const query = verified.query as SemanticQuery | null;
    const sql = query === null ? sqlIn(verified, dialect) : null;
    if (query === null && sql === null) return [];
    return [
      {
        id: verified.name,
        kind: 'verified',
        question: verified.question,
        previous: [],
        subject,
        unanswerable: null,
        orClarify: false,
        answers: [],
        query,
        sql,
      },
    ];
  }),
});
