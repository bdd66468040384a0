/** One question to a provider: tries, time-outs, counts, and one answer or one fault. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Completion, CompletionEvent, CompletionRequest, TokenUsage } from '../llm.js';
import { PluginError } from '../contract.js';
import { costOf, type Counts, type PriceTable } from './cost.js';
import { answerInvalid, brokenOff, faultOfNetwork } from './faults.js';
import type { LlmLimits } from './llm-settings.js';
import { readAnswer } from './read-answer.js';

/** What one try tells, as it comes. */
export type AttemptEvent =
  /** The provider has begun to answer. */
  | { readonly kind: 'begun'; readonly model?: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Tokens of this try so far; each takes the place of the one before. */
  | { readonly kind: 'counts'; readonly counts: Partial<Counts> }
  /** The answer is complete. An attempt that ends without it broke off. */
  | { readonly kind: 'done' };

/** @throws PluginError, or whatever `faultOf` reads */
export type Attempt = (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<AttemptEvent>;

export interface CompletionParts {
  readonly model: string;
  readonly contextTokens: number;
  readonly prices?: PriceTable;
  readonly limits: LlmLimits;
  readonly attempt: Attempt;
  /** What an error of the client library means; whatever it gives back untouched is taken for one of the network. */
  readonly faultOf?: (error: unknown) => unknown;
  readonly countTokens: (text: string) => number;
  /** Aborted when the plugin stops. */
  readonly ending: AbortSignal;
  readonly onAnswer?: () => void;
  /** 0–1. */
  readonly random?: () => number;
  /** Between two tries, in milliseconds; ends early, in whatever way, when the signal is aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const nothing: Counts = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, writtenTokens: 0 };
const longestDelayMs = 20_000;

const add = (a: Counts, b: Counts): Counts => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  writtenTokens: a.writtenTokens + b.writtenTokens,
});

const tooLong = (says: string, retryable: boolean): PluginError => new PluginError('LLM_TIMEOUT', says, { retryable });

/** A signal that is aborted when time is up, and can be given more of it. */
const createAlarm = () => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    set: (ms: number, reason: PluginError): void => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(reason), ms);
    },
    clear: (): void => clearTimeout(timer),
  };
};

/** One try: its events while it is in time. Whatever way it ends, the provider's connection is closed. */
async function* tryOnce(
  parts: CompletionParts,
  request: CompletionRequest,
  outer: AbortSignal,
  leftMs: number,
): AsyncGenerator<AttemptEvent> {
  const { firstByteMs, silenceMs } = parts.limits;
  const whole = createAlarm();
  const quiet = createAlarm();
  const leaving = new AbortController();
  const signal = AbortSignal.any([outer, whole.signal, quiet.signal, leaving.signal]);
  whole.set(leftMs, tooLong('The model took longer than it may.', false));
  quiet.set(firstByteMs, tooLong('The provider did not begin to answer in time.', true));
  const events = parts.attempt(request, signal)[Symbol.asyncIterator]();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    for (;;) {
      // A client library may end quietly when it is aborted, or not at all.
      const step = await Promise.race([events.next(), aborted]);
      signal.throwIfAborted();
      if (step.done === true) return;
      quiet.set(silenceMs, tooLong('The provider fell silent in the middle of the answer.', true));
      yield step.value;
    }
  } finally {
    whole.clear();
    quiet.clear();
    leaving.abort(new Error('the answer is not waited for any more'));
    Promise.resolve(events.return?.()).catch(() => undefined);
  }
}

/**
 * The ability to complete, of a way to ask the provider once. What can go better the next time is tried again: after the time that
 * the provider names, or a growing one with chance in it; never past the time of the request.
 */
export const createCompletion = (parts: CompletionParts): Completion => {
  const { model, contextTokens, prices, limits, countTokens, ending, random = Math.random } = parts;
  const { wait = (ms, signal) => sleep(ms, undefined, { signal }) } = parts;
  const { faultOf = (error) => error, onAnswer } = parts;

  const delayOf = (fault: PluginError, tries: number): number => {
    const own = Math.min(longestDelayMs, limits.delayMs * 2 ** (tries - 1)) * (0.5 + random() / 2);
    return fault.retryAfterSeconds === undefined ? own : fault.retryAfterSeconds * 1000 + own / 4;
  };
  const promptTokens = ({ system, messages }: CompletionRequest): number =>
    [...system.map(({ text }) => text), ...messages.map(({ content }) => content)].reduce(
      (sum, text) => sum + countTokens(text),
      0,
    );

  async function* complete(request: CompletionRequest, caller: AbortSignal): AsyncGenerator<CompletionEvent> {
    caller.throwIfAborted();
    const outer = AbortSignal.any([caller, ending]);
    const until = performance.now() + Math.min(request.timeoutMs, limits.totalMs);
    const left = (): number => until - performance.now();
    let spent = nothing;
    let answering = model;
    for (let tries = 1; ; tries += 1) {
      let text = '';
      let counts: Counts = nothing;
      let hasCounts = false;
      const usage = (): TokenUsage => {
        const { inputTokens, outputTokens, cachedTokens } = add(spent, counts);
        const cost = costOf(add(spent, counts), prices, [answering, model]);
        return { model: answering, inputTokens, outputTokens, cachedTokens, cost, tries };
      };
      try {
        let isDone = false;
        for await (const event of tryOnce(parts, request, outer, Math.max(1, left()))) {
          if (event.kind === 'begun') answering = event.model || model;
          else if (event.kind === 'counts') {
            counts = { ...counts, ...event.counts };
            hasCounts = true;
          } else if (event.kind === 'done') isDone = true;
          else if (event.text !== '') {
            text += event.text;
            yield { kind: 'text', text: event.text };
          }
        }
        if (!isDone) throw brokenOff();
        // Some servers count nothing.
        if (!hasCounts) counts = { ...nothing, inputTokens: promptTokens(request), outputTokens: countTokens(text) };
        if (text.trim() === '') throw answerInvalid('it is empty');
        const value = request.schema === undefined ? {} : { value: readAnswer(text) };
        onAnswer?.();
        yield { kind: 'end', text, ...value, usage: usage() };
        return;
      } catch (error) {
        caller.throwIfAborted();
        const fault = faultOfNetwork(ending.aborted ? ending.reason : faultOf(error));
        const delay = delayOf(fault, tries);
        if (!fault.retryable || tries >= limits.tries || delay >= left()) {
          yield { kind: 'spent', usage: usage() };
          const { retryAfterSeconds } = fault;
          throw new PluginError(fault.code, fault.message, {
            retryable: fault.retryable,
            ...(retryAfterSeconds !== undefined && { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
          });
        }
        spent = add(spent, counts);
        if (text !== '') yield { kind: 'restart' };
        await wait(delay, outer).catch(() => undefined);
        caller.throwIfAborted();
      }
    }
  }

  return { model, contextTokens, complete, countTokens };
};
