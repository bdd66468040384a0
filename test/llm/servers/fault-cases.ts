/** What goes wrong at providers, and what whoever asks gets of it. The same for all of them. */
import type { Got } from './ask.js';
import type { Protocol, Said } from './protocol.js';
import type { Step } from './provider-server.js';

export const said: Said = { model: 'answering-1', inputTokens: 1_200, cachedTokens: 1_000, outputTokens: 34 };

/** The answer of all cases that end well: with characters of two, three and four bytes. */
export const value = { metrics: ['revenue'], note: 'Zürich – 売上 🚀' };
const json = JSON.stringify(value);
export const pieces: readonly string[] = json.match(/[\s\S]{1,7}/gu)!;

export interface FaultCase {
  readonly title: string;
  readonly steps: (protocol: Protocol, quote: string) => readonly Step[] | null;
  /** Words are asked for, not a schema. */
  readonly words?: boolean;
  readonly timeoutMs?: number;
  /** It is about waiting: with short time-outs, and two tries at most. */
  readonly hasty?: boolean;
  /** `LLM_…`, or `answer`. */
  readonly gets: string;
  /** How often the provider is asked. */
  readonly asked: number;
  readonly also?: (got: Got) => boolean;
}

const inFuture = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();
const waited = (least: number) => (got: Got) => got.ms >= least && got.restarts === 0;

export const faultCases: readonly FaultCase[] = [
  { title: 'answers', steps: (p) => [p.structured(pieces, said)], gets: 'answer', asked: 1 },
  {
    title: 'answers, cut at every byte',
    steps: (p) => [{ ...p.structured([json.slice(0, 40), json.slice(40)], said), chunk: 1 }],
    gets: 'answer',
    asked: 1,
  },
  {
    title: 'answers in words, cut at every third byte',
    steps: (p) => [{ ...p.words(pieces, said), chunk: 3 }],
    words: true,
    gets: 'answer',
    asked: 1,
  },
  {
    title: '429, asks to wait',
    // Whole seconds are for the tests of the kit: this is asked of everybody.
    steps: (p, quote) => [p.error(429, quote, { 'retry-after-ms': '120' }), p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
    also: waited(120),
  },
  {
    title: '429, Retry-After a date past the time',
    steps: (p, quote) => [p.error(429, quote, { 'retry-after': inFuture(90) })],
    gets: 'LLM_RATE_LIMITED',
    asked: 1,
    also: ({ retryAfterSeconds = 0, ms }) => retryAfterSeconds > 80 && retryAfterSeconds <= 90 && ms < 500,
  },
  { title: '429 again and again', steps: (p, quote) => [p.error(429, quote)], gets: 'LLM_RATE_LIMITED', asked: 3 },
  {
    title: '500 once',
    steps: (p, quote) => [p.error(500, quote), p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
    also: ({ usage }) => usage?.tries === 2,
  },
  { title: '500 again and again', steps: (p, quote) => [p.error(500, quote)], gets: 'LLM_UNAVAILABLE', asked: 3 },
  {
    title: '529 once',
    steps: (p, quote) => [p.error(529, quote), p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
  },
  { title: '401', steps: (p, quote) => [p.error(401, quote)], gets: 'LLM_REJECTED', asked: 1 },
  { title: '404', steps: (p, quote) => [p.error(404, quote)], gets: 'LLM_REJECTED', asked: 1 },
  { title: '400', steps: (p, quote) => [p.error(400, quote)], gets: 'LLM_REJECTED', asked: 1 },
  {
    title: 'a redirect',
    steps: () => [{ status: 307, headers: { location: 'http://169.254.169.254/latest/meta-data' } }],
    gets: 'LLM_REJECTED',
    asked: 1,
  },
  {
    title: 'slow first byte',
    hasty: true,
    steps: (p) => [{ ...p.structured(pieces, said), delayMs: 1_000 }, p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
    also: ({ ms }) => ms < 1_000,
  },
  { title: 'never a first byte', hasty: true, steps: () => ['hang'], gets: 'LLM_TIMEOUT', asked: 2 },
  {
    title: 'slower than the request allows',
    steps: () => ['hang'],
    timeoutMs: 120,
    gets: 'LLM_TIMEOUT',
    asked: 1,
    also: ({ ms }) => ms < 1_000,
  },
  {
    title: 'silent in the middle',
    hasty: true,
    steps: (p) => [{ ...p.structured(pieces, said), after: { events: 3, next: 'hang' } }, p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
  },
  {
    title: 'connection cut in the middle',
    steps: (p) => [{ ...p.structured(pieces, said), after: { events: 4, next: 'cut' } }, p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
    also: ({ restarts }) => restarts === 1,
  },
  {
    title: 'connection cut again and again',
    steps: (p) => [{ ...p.structured(pieces, said), after: { events: 4, next: 'cut' } }],
    gets: 'LLM_UNAVAILABLE',
    asked: 3,
  },
  {
    title: 'ends without its end',
    steps: (p) => [{ ...p.structured(pieces, said), after: { events: 4, next: 'end' } }],
    gets: 'LLM_UNAVAILABLE',
    asked: 3,
  },
  { title: 'an error inside the answer', steps: (p) => [p.errorInside(said)], gets: 'LLM_UNAVAILABLE', asked: 3 },
  { title: 'not the protocol', steps: (p) => [p.garbled(said)], gets: 'LLM_ANSWER_INVALID', asked: 3 },
  {
    title: 'not JSON, once',
    steps: (p) => [p.structured(['{"metrics": [', '"rev'], said), p.structured(pieces, said)],
    gets: 'answer',
    asked: 2,
    also: ({ restarts, usage }) => restarts === 1 && usage?.outputTokens === 2 * said.outputTokens,
  },
  {
    title: 'not JSON again and again',
    steps: (p) => [p.structured(['{"metrics": [', '"rev'], said)],
    gets: 'LLM_ANSWER_INVALID',
    asked: 3,
  },
  { title: 'a refusal', steps: (p) => [p.refusal(said)], gets: 'LLM_DECLINED', asked: 1 },
  {
    title: 'cut off at the limit',
    steps: (p) => [p.cutOff(['{"metrics": [', '"rev'], said)],
    gets: 'LLM_CUT_OFF',
    asked: 1,
    also: ({ usage }) => usage?.outputTokens === said.outputTokens,
  },
  {
    title: 'calls what was not offered',
    steps: (p) => (p.wrongTool === undefined ? null : [p.wrongTool(said)]),
    gets: 'LLM_ANSWER_INVALID',
    asked: 3,
  },
  { title: 'an empty answer', steps: (p) => [p.empty(said)], gets: 'LLM_ANSWER_INVALID', asked: 3 },
];
