import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import { maskText } from '../../core/pii/mask-text.js';
import type { AuditTrail, Intent, JsonObject, Outcome } from '../audit/trail.js';
import { actorOf } from './proof.js';
import type { QuestionRequest } from './question.js';

const longestKept = 500;

/** The question and how it ended are in the trail; without the entry it is not tried. */
export const auditedQuestion = async <T>(
  { trail, log }: { readonly trail: AuditTrail; readonly log: AppLogger },
  request: QuestionRequest,
  told: (result: T) => JsonObject,
  work: () => Promise<T>,
): Promise<T> => {
  const { subject, correlationId, origin = null, question, signal } = request;
  const intent: Intent = {
    action: 'question.ask',
    actor: actorOf(subject),
    target: null,
    correlationId,
    origin,
    detail: { question: maskText(question).slice(0, longestKept), model: request.model.hash },
  };
  const entry = await trail.begin(intent).catch((error: unknown) => {
    log.error('the audit trail cannot be written', { correlation_id: correlationId, error });
    throw new DataMindError('AUDIT_UNAVAILABLE', 'The audit trail cannot be written now, so nothing is asked.', {
      hint: 'Try again later; whoever operates the server finds the reason in its log.',
    });
  });
  const finish = async (outcome: Outcome): Promise<void> => {
    await entry.finish(outcome).catch((error: unknown) => {
      log.error('how a question ended could not be written into the trail', { correlation_id: correlationId, error });
    });
  };
  try {
    if (signal.aborted) throw new DataMindError('QUERY_CANCELLED', 'The question was given up by its asker.');
    const result = await work();
    await finish({ result: 'done', code: null, detail: told(result) });
    return result;
  } catch (error) {
    const cancelled = signal.aborted;
    const failure = cancelled ? new DataMindError('QUERY_CANCELLED', 'The question was given up by its asker.') : error;
    const code = failure instanceof DataMindError ? failure.code : 'INTERNAL';
    await finish({ result: cancelled ? 'cancelled' : 'failed', code, detail: {} });
    throw failure;
  }
};
