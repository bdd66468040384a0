import type { Logger } from '../../core/plugin/contract.js';
import type { Intent } from '../audit/trail.js';
import type { OnEnded } from '../audit/watch-trail.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { Prepared } from '../pipeline/prepared.js';
import { newId } from '../store/new-id.js';
import type { Store } from '../store/store.js';
import { strikeValues } from './strike-values.js';
import { type UsageRow, usageEvents } from './store.js';

/** Takes down what was done, some of it at a time. */
export interface UsageRecorder {
  /** Is told of what is in the trail. */
  readonly ended: OnEnded;
  /** The same, which lets the recorder know what statements are. */
  executor(executor: GovernedExecutor): GovernedExecutor;
  /** What the answer of a language model took, or a try that gave none. */
  tokens(used: {
    readonly workspace: string;
    readonly user: string;
    readonly model: string;
    readonly tokensIn: number;
    readonly tokensOut: number;
    readonly correlationId: string;
    /** Default: yes. */
    readonly answered?: boolean;
  }): void;
  /** Writes what was not written yet. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Answers are counted, logins and exports too; what only reads is not. */
/** The project of a statement, as its proof or its refusal has it. */
const projectOf = ({ proof, project }: Intent['detail']): string | null => {
  const said = typeof proof === 'object' && proof !== null && 'project' in proof ? proof.project : project;
  return typeof said === 'string' ? said : null;
};

const counted = /^(?:statement|question|result|dashboard|session\.login|query)\b/;
const flushMs = 2_000;
const mostWaiting = 10_000;

export const createUsageRecorder = (store: Store, log: Logger, now: () => number = Date.now): UsageRecorder => {
  /** By its proof, which the trail is told too. */
  const statements = new WeakMap<object, Prepared>();
  let waiting: UsageRow[] = [];
  /** Answers from the cache, by what they are of and who had them. */
  let again = new Map<string, UsageRow>();
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    const rows = [...waiting, ...again.values()];
    waiting = [];
    again = new Map();
    if (rows.length === 0) return;
    try {
      await store.transaction((db) => db.insert(usageEvents, rows));
    } catch (error) {
      log.warn('the usage could not be written; it is tried again', { error, rows: rows.length });
      waiting = [...rows, ...waiting].slice(-mostWaiting);
    }
  };
  const flush = async (): Promise<void> => {
    await writing;
    writing = write().finally(() => {
      writing = null;
    });
    await writing;
  };
  const timer = setInterval(() => void flush(), flushMs).unref();

  const rowOf = (
    over: Partial<UsageRow> & Pick<UsageRow, 'workspace' | 'user' | 'event' | 'correlationId'>,
  ): UsageRow => ({
    id: newId(),
    project: null,
    at: now(),
    kind: null,
    target: null,
    queryId: null,
    text: null,
    result: 'done',
    code: null,
    rows: null,
    ms: 0,
    times: 1,
    tokensIn: 0,
    tokensOut: 0,
    ...over,
  });
  const told = ({ proof, queryId, original, dialect }: Prepared) => {
    const kind = proof.made_from;
    return { kind, queryId, text: strikeValues(original, dialect, kind === 'semantic_query') };
  };
  const keep = (row: UsageRow): void => {
    if (waiting.length < mostWaiting) waiting.push(row);
  };

  const remember = <T extends Prepared>(prepared: T): T => {
    statements.set(prepared.proof, prepared);
    return prepared;
  };

  return {
    executor: (executor) =>
      Object.freeze({
        ...executor,
        prepare: async (request) => remember(await executor.prepare(request)),
        prepareSql: async (request) => remember(await executor.prepareSql(request)),
      } satisfies GovernedExecutor),
    ended: ({ action: event, actor, target, correlationId, detail }, { result, code, detail: outcome }, seconds) => {
      if (!counted.test(event)) return;
      const { user, workspace } = actor;
      if (event === 'statement.cached') {
        const queryId = String(detail.query);
        const key = JSON.stringify([workspace, user, target, queryId]);
        const before = again.get(key) ?? rowOf({ workspace, user, event, target, queryId, correlationId, times: 0 });
        if (again.size < mostWaiting || again.has(key)) again.set(key, { ...before, times: before.times + 1 });
        return;
      }
      const known =
        typeof detail.proof === 'object' && detail.proof !== null ? statements.get(detail.proof) : undefined;
      const rows = typeof outcome.rows === 'number' ? outcome.rows : null;
      const ms = Math.round(seconds * 1000);
      keep(
        rowOf({
          workspace,
          user,
          project: projectOf(detail),
          event,
          target,
          correlationId,
          result,
          code,
          rows,
          ms,
          ...(known !== undefined && told(known)),
        }),
      );
    },
    tokens: ({ model, answered = true, ...used }) => {
      if (!answered && used.tokensIn + used.tokensOut === 0) return;
      keep(rowOf({ ...used, event: 'llm.answer', kind: model, times: answered ? 1 : 0 }));
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
};
