import { LRUCache } from 'lru-cache';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Subject } from '../../core/subject/subject.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { standingWarnings } from '../models/standing-warnings.js';
import type { AnswerService } from '../pipeline/serve-answer.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { PreparedQuery } from '../pipeline/prepared.js';

export interface QueryRequest extends SemanticQuery {
  readonly connection?: string;
  readonly dry_run?: boolean;
}

export interface QueryServices {
  readonly models: WorkspaceModels;
  readonly executor: GovernedExecutor;
  readonly answers: AnswerService;
  readonly now?: () => number;
}

/** The model, the subject and the minute: what a plan depends on besides the request. Relative times are never finer. */
interface Remembered {
  readonly model: Model;
  readonly minute: number;
  readonly prepared: PreparedQuery;
}

export interface QueryService {
  prepare(request: QueryRequest, subject: Subject, signal: AbortSignal): Promise<PreparedQuery>;
  /** Keeps what a request's text was prepared to. */
  remember(text: string, subject: Subject, prepared: PreparedQuery): void;
  /** What the same text was prepared to before, unless the model or the clock's minute is another one now. */
  recall(text: string, subject: Subject): PreparedQuery | null;
  /** What every answer of now has to say besides its own warnings. */
  standingWarnings(subject: Subject): readonly string[];
}

const minuteOf = (now: number): number => Math.floor(now / 60_000);
const longestText = 16_384;

export const createQueryService = ({ models, executor, now = Date.now }: QueryServices): QueryService => {
  const remembered = new LRUCache<string, Remembered>({ max: 2_000 });
  const keyOf = (text: string, subject: Subject): string => `${subject.fingerprint} ${text}`;
  return {
    prepare: async ({ connection, dry_run: _, ...query }, subject, signal) =>
      executor.prepare({
        model: await models.modelFor(subject),
        query,
        subject,
        signal,
        ...(connection !== undefined && { connection }),
      }),
    remember: (text, subject, prepared) => {
      // Whether it is still the subject's, the store is asked each time.
      if (prepared.connectionId !== null) return;
      const model = models.readyFor(subject);
      if (text.length > longestText || model === null || model.hash !== prepared.modelHash) return;
      remembered.set(keyOf(text, subject), { model, minute: minuteOf(now()), prepared });
    },
    recall: (text, subject) => {
      const found = remembered.get(keyOf(text, subject));
      if (found === undefined) return null;
      const { model, minute, prepared } = found;
      const at = now();
      if (model !== models.readyFor(subject) || minute !== minuteOf(at)) return null;
      return prepared.validUntil === null || at < prepared.validUntil ? prepared : null;
    },
    standingWarnings: ({ workspace }) => {
      const source = models.ready(workspace);
      return source === null ? [] : standingWarnings(source);
    },
  };
};
