/**
 * The language models in the order in which they are asked: who fails is left alone for a while and the next one is asked. What
 * comes after the last one, reading the question without a model, is the caller's, with {@link interpreterWarning}.
 */
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type {
  Completion,
  CompletionRequest,
  Embedding,
  InterpretationAbility,
  Llm,
  Logger,
  TokenUsage,
} from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { type BreakerState, type CircuitBreaker, createCircuitBreaker } from '../cluster/circuit-breaker.js';
import { type Asked, askInstance, type Listener } from './ask-instance.js';

/** An instance of the configuration. */
export interface LlmLink {
  /** As the configuration calls it. */
  readonly name: string;
  /** `null` where it did not start. */
  readonly instance: Llm | null;
}

export interface LlmAsker extends Listener {
  readonly workspace: string;
  /** For the records. */
  readonly user?: string;
  readonly correlationId?: string;
}

/** What came of asking one instance. */
export interface LlmAttempt {
  readonly provider: string;
  readonly model: string;
  /** `null`: it answered. */
  readonly code: ErrorCode | null;
  /** How often the provider was asked; 0 where it was left alone. */
  readonly tries: number;
  readonly ms: number;
}

export interface LlmAnswer extends Asked {
  /** The name of the instance that answered. */
  readonly provider: string;
  /** Everybody who was to be asked, in order; the last one answered. */
  readonly attempts: readonly LlmAttempt[];
  /** What the reader should know: who did not answer. */
  readonly warnings: readonly string[];
}

/** Tokens that were used, whether or not there was an answer. */
export interface LlmUse {
  readonly asker: LlmAsker;
  readonly provider: string;
  readonly usage: TokenUsage;
  readonly answered: boolean;
}

export interface LlmChainState {
  readonly name: string;
  readonly model: string | null;
  readonly up: boolean;
  readonly breaker: BreakerState;
}

export interface LlmChain {
  /** Whether there is a language model at all, however it is. */
  readonly hasModels: boolean;
  /** Tokens that prompt and answer may have together, of the first one that would be asked now; `null` where there is none. */
  contextTokens(): number | null;
  /** Tokens of a text for the first one that would be asked now: never too few by more than a tenth. */
  countTokens(text: string): number;
  /**
   * Asks one after another until one answers.
   * @throws DataMindError `LLM_…`: nobody answered; the reason of the signal once it is aborted
   */
  complete(request: CompletionRequest, asker: LlmAsker, signal: AbortSignal): Promise<LlmAnswer>;
  /** What reads questions without a language model; the first that is up. */
  interpretation(): InterpretationAbility | null;
  embedding(): Embedding | null;
  health(): readonly LlmChainState[];
}

export interface LlmChainOptions {
  readonly links: readonly LlmLink[];
  readonly log: Logger;
  readonly now?: () => number;
  /** The key of a workspace's own for an instance. */
  readonly keyOf?: (provider: string, workspace: string) => Promise<string | null>;
  readonly onUsed?: (use: LlmUse) => void;
  /** Is told of everybody who was asked, or left alone. */
  readonly onAttempt?: (attempt: LlmAttempt) => void;
}

/** The provider, not the request, is at fault. */
const unreachable: ReadonlySet<ErrorCode> = new Set(['LLM_UNAVAILABLE', 'LLM_TIMEOUT', 'LLM_RATE_LIMITED']);
/** A model that will not answer has answered: nobody is looked for who would. */
const final: ReadonlySet<ErrorCode> = new Set(['LLM_DECLINED']);
const failures = 3;
const openMs = 30_000;
const mostBreakers = 1_000;
/** Of the time that is left, what one may use while others come after it. */
const share = 0.6;

const words: Readonly<Partial<Record<ErrorCode, string>>> = {
  LLM_UNAVAILABLE: 'cannot be reached',
  LLM_TIMEOUT: 'took too long',
  LLM_RATE_LIMITED: 'takes no more requests for now',
  LLM_REJECTED: 'does not take the request',
  LLM_DECLINED: 'will not answer this',
  LLM_CUT_OFF: 'was cut off',
  LLM_ANSWER_INVALID: 'gave an answer that cannot be used',
};

const wordsFor = (code: ErrorCode): string => words[code] ?? words.LLM_UNAVAILABLE!;

const skippedMark = Symbol('skipped');

/** What is kept of a failure: never its cause, which may hold a prompt. */
interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  readonly skipped: boolean;
}

const failureOf = (error: unknown, key: string | null): Failure => {
  if (!PluginError.is(error) || !(error.code in words)) {
    return { code: 'LLM_UNAVAILABLE', message: wordsFor('LLM_UNAVAILABLE'), retryAfterSeconds: null, skipped: false };
  }
  return {
    code: error.code,
    message: createRedactor(key === null ? [] : [key])(error.message),
    retryAfterSeconds: error.retryAfterSeconds ?? null,
    skipped: skippedMark in error,
  };
};

const refuse = (retryAfterSeconds: number): PluginError => {
  const error = new PluginError('LLM_UNAVAILABLE', 'It failed again and again, and is left alone for a moment.', {
    retryAfterSeconds,
  });
  return Object.assign(error, { [skippedMark]: true });
};

const nobodyAnswered = (failed: readonly (Failure & { readonly provider: string })[]): DataMindError => {
  if (failed.length === 0) {
    return new DataMindError('LLM_UNAVAILABLE', 'No language model is configured.', {
      hint: 'Name one in plugins.config.json.',
    });
  }
  const codes = new Set(failed.map(({ code }) => code));
  const last = failed.at(-1)!;
  const code = final.has(last.code) || codes.size === 1 ? last.code : 'LLM_UNAVAILABLE';
  const waits = failed.flatMap(({ retryAfterSeconds }) => (retryAfterSeconds === null ? [] : [retryAfterSeconds]));
  const each = failed.map((one) => `"${one.provider}" ${wordsFor(one.code)}`).join(', ');
  const says = failed.length === 1 ? `The language model ${each}.` : `No language model answered: ${each}.`;
  return new DataMindError(code, says, {
    ...(waits.length > 0 && { retryAfterSeconds: Math.min(...waits) }),
    errors: failed.map((one) => ({ at: one.provider, message: one.message, code: one.code })),
  });
};

/** What a reader is told when a question was read without a language model although there should be one. */
export const interpreterWarning = (failure: unknown): string => {
  const why = failure instanceof DataMindError ? failure.message.replace(/\.$/, '') : 'No language model answered';
  return `${why}; the question was read without one, so the answer may be less accurate.`;
};

export const createLlmChain = (options: LlmChainOptions): LlmChain => {
  const { links, log, now = Date.now, keyOf = async () => null, onUsed, onAttempt } = options;
  const breakers = new LRUCache<string, CircuitBreaker>({ max: mostBreakers });
  /** A key of a workspace's own that fails is nobody else's trouble. */
  const breakerOf = (provider: string, owner: string | null): CircuitBreaker => {
    const id = owner === null ? provider : `${provider} ${owner}`;
    const known = breakers.get(id);
    if (known !== undefined) return known;
    const made = createCircuitBreaker({
      failures,
      openMs,
      refuse,
      now,
      // A caller who leaves says nothing about the provider.
      isFailure: (error) => (PluginError.is(error) ? unreachable.has(error.code) : null),
      onChange: (state) => log.warn('the circuit breaker of a language model changed', { provider, state }),
    });
    breakers.set(id, made);
    return made;
  };
  const able = links.flatMap(({ name, instance }) => {
    const completion = instance?.completion;
    return completion === undefined ? [] : [{ name, completion }];
  });
  const nextAble = (): Completion | null =>
    (able.find(({ name }) => breakerOf(name, null).state() !== 'open') ?? able[0])?.completion ?? null;
  const abilityOf = <Name extends 'interpretation' | 'embedding'>(name: Name): NonNullable<Llm[Name]> | null =>
    links.find(({ instance }) => instance?.[name] !== undefined)?.instance?.[name] ?? null;

  const complete: LlmChain['complete'] = async (request, asker, signal) => {
    signal.throwIfAborted();
    const until = performance.now() + request.timeoutMs;
    const attempts: LlmAttempt[] = [];
    const failed: (Failure & { readonly provider: string })[] = [];
    for (const [index, { name, completion }] of able.entries()) {
      const left = until - performance.now();
      if (left <= 0) break;
      const isLast = index === able.length - 1;
      const key = request.key ?? (await keyOf(name, asker.workspace));
      const breaker = breakerOf(name, key === null ? null : asker.workspace);
      const asked: CompletionRequest = {
        ...request,
        timeoutMs: Math.ceil(isLast ? left : left * share),
        ...(key !== null && { key }),
      };
      const began = performance.now();
      let tries = 0;
      let hasText = false;
      const listener: Listener = {
        onText: (piece) => {
          hasText = true;
          asker.onText?.(piece);
        },
        onRestart: () => asker.onRestart?.(),
      };
      const spent = (usage: TokenUsage): void => {
        tries = usage.tries;
        onUsed?.({ asker, provider: name, usage, answered: false });
      };
      const told = (code: ErrorCode | null, times: number): void => {
        const ms = Math.round(performance.now() - began);
        const attempt: LlmAttempt = { provider: name, model: completion.model, code, tries: times, ms };
        attempts.push(attempt);
        onAttempt?.(attempt);
      };
      try {
        const answer = await breaker.run(() => askInstance(completion, asked, signal, listener, spent));
        told(null, answer.usage.tries);
        onUsed?.({ asker, provider: name, usage: answer.usage, answered: true });
        const warnings = failed.map(
          (one) => `The language model "${one.provider}" ${wordsFor(one.code)}, so "${name}" answered.`,
        );
        return { ...answer, provider: name, attempts, warnings };
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error, key);
        told(failure.code, failure.skipped ? 0 : Math.max(1, tries));
        failed.push({ ...failure, provider: name });
        if (hasText) asker.onRestart?.();
        log.warn('a language model did not answer', {
          provider: name,
          code: failure.code,
          reason: failure.message,
          ...(asker.correlationId !== undefined && { correlation_id: asker.correlationId }),
        });
        if (final.has(failure.code)) break;
      }
    }
    throw nobodyAnswered(failed);
  };

  return {
    hasModels: links.some(({ instance }) => instance === null || instance.completion !== undefined),
    contextTokens: () => nextAble()?.contextTokens ?? null,
    countTokens: (text) => nextAble()?.countTokens(text) ?? Math.ceil(Buffer.byteLength(text) / 3),
    complete,
    interpretation: () => abilityOf('interpretation'),
    embedding: () => abilityOf('embedding'),
    health: () =>
      links.map(({ name, instance }) => ({
        name,
        model: instance?.completion?.model ?? null,
        up: instance !== null,
        breaker: breakers.peek(name)?.state() ?? 'closed',
      })),
  };
};
