/**
 * Values in the data that words of a question name. They are read as whoever asks, by semantic queries through the governed
 * executor like everything else, and are kept for a while under the rights that they were read with. What is personal or
 * masked is never read.
 */
import { LRUCache } from 'lru-cache';
import type { ValueMatch, VocabularyDimension } from '../../core/plugin/llm.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import { judgeSamples } from '../../core/pii/judge-samples.js';
import { sayableDimensions } from '../../semantic/prompt/vocabulary.js';
import type { GovernedExecutor } from './execute.js';
import type { QuestionRequest } from './question.js';
import type { Understanding } from './stages/interpret.js';
import { execute } from './stages/execute.js';
import type { AnswerService } from './serve-answer.js';
import { createValueIndex, type ValueIndex } from './value-index.js';

export type FindValues = (
  understanding: Understanding,
  request: QuestionRequest,
  phrase: string,
  limit: number,
) => Promise<readonly ValueMatch[]>;

export interface ValueParts {
  readonly executor: Pick<GovernedExecutor, 'prepare'>;
  readonly answers: AnswerService;
  readonly log: AppLogger;
  readonly now?: () => number;
}

/** A divisor of a quarter of an hour: what is kept ends with each midnight of every zone, when policies begin and end. */
const keptMs = 300_000;
const mostKept = 200;
/** A dimension with more values is an open one: what it has is not listed. */
const mostValues = 2_000;
const mostDimensions = 80;
const atOnce = 4;
/** Whoever asks waits no longer. Then nothing is found: with some of the values, a word could mean something else than with all. */
const patienceMs = 10_000;

/** Those of listed values that a phrase names need no database. */
const isOpen = ({ type, values, isKey }: VocabularyDimension): boolean =>
  type === 'string' && !isKey && values.length === 0;

interface Kept {
  /** `null` until all is read. */
  index: ValueIndex | null;
  readonly ready: Promise<void>;
}

export const createValueFinder = ({ executor, answers, log, now = Date.now }: ValueParts): FindValues => {
  const kept = new LRUCache<string, Kept>({ max: mostKept });

  const read = async (name: string, request: QuestionRequest): Promise<readonly string[]> => {
    const { model, subject, connection, correlationId, origin = null } = request;
    const signal = AbortSignal.timeout(30_000);
    const query = { dimensions: [name], limit: mostValues + 1 };
    const place = connection === undefined ? {} : { connection };
    const prepared = await executor.prepare({ model, query, subject, signal, ...place });
    const asked: QuestionRequest = { question: '', model, subject, correlationId, origin, signal };
    const { rows, truncated } = await execute(answers, prepared, asked);
    if (truncated || rows.length > mostValues) return [];
    const values = rows.flatMap(([cell]) => (typeof cell === 'string' && cell.length <= 200 ? [cell] : []));
    return judgeSamples(values) === null ? values : [];
  };

  const load = ({ vocabulary, governed }: Understanding, request: QuestionRequest): Kept => {
    const sayable = sayableDimensions(request.model, governed);
    const wanted = vocabulary.dimensions
      .filter((one) => isOpen(one) && sayable.has(one.name) && governed.aggregatesOf(one.entity).length === 0)
      .slice(0, mostDimensions);
    const listed = vocabulary.dimensions.flatMap(({ name, values }) => {
      const texts = values.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
      return texts.length === 0 ? [] : [{ dimension: name, values: texts }];
    });
    const found: { readonly dimension: string; readonly values: readonly string[] }[] = [...listed];
    const queue = [...wanted];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        try {
          found.push({ dimension: next.name, values: await read(next.name, request) });
        } catch (error) {
          log.debug('the values of a dimension could not be read', { dimension: next.name, error });
        }
      }
    };
    const one: Kept = {
      index: null,
      ready: Promise.all(Array.from({ length: atOnce }, work)).then(() => {
        one.index = createValueIndex(found);
      }),
    };
    return one;
  };

  return async (understanding, request, phrase, limit) => {
    const { model, subject, connection = null } = request;
    const rights = [
      model.hash,
      subject.fingerprint,
      connection,
      Math.floor(now() / keptMs),
      understanding.vocabulary.hash,
    ];
    const key = JSON.stringify(rights);
    let one = kept.get(key);
    if (one === undefined) {
      one = load(understanding, request);
      kept.set(key, one);
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([one.ready, patience]);
    clearTimeout(timer);
    request.signal.throwIfAborted();
    return one.index?.find(phrase, limit) ?? [];
  };
};
