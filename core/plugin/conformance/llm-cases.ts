/** What every plugin of a language model must do, each ability that it has. */
import type {
  CompletionEvent,
  CompletionRequest,
  InterpretRequest,
  Llm,
  PluginError,
  Vocabulary,
} from '../contract.js';
import type { Area } from './case.js';
import { failsWith, holds, inTime, same } from './expectation.js';
import { judgeMessage } from './judge-message.js';

export interface LlmCaseContext {
  /** Started, where the case needs a configuration. */
  readonly llm: Llm;
  /** Everything that it logged. */
  readonly lines: readonly string[];
  readonly secrets: readonly string[];
}

export interface LlmCase {
  readonly id: string;
  readonly title: string;
  readonly area: Area;
  readonly ability: 'completion' | 'interpretation' | 'embedding';
  /** Asks the provider: it runs with a configuration only. */
  readonly asks: boolean;
  run(context: LlmCaseContext): Promise<void>;
}

/** What no error and no log may repeat. */
export const marker = 'conformance-prompt-4711';
const wrongKey = 'sk-conformance-wrong-key-4711';
const patienceMs = 60_000;

const request: CompletionRequest = {
  system: [{ text: `You answer with one word. ${marker}`, stable: true }],
  messages: [{ role: 'user', content: 'Answer with the word yes.' }],
  maxTokens: 200,
  timeoutMs: patienceMs,
};
const schema = {
  name: 'answer',
  description: 'The answer.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['answer'],
    properties: { answer: { type: 'string', enum: ['yes', 'no'] } },
  },
};

const never = (): AbortSignal => new AbortController().signal;

type End = Extract<CompletionEvent, { readonly kind: 'end' }>;

const complete = async (
  { completion }: Llm,
  asked: CompletionRequest,
  signal = never(),
): Promise<{ readonly end: End; readonly pieces: string }> => {
  let pieces = '';
  let end: End | undefined;
  for await (const event of completion!.complete(asked, signal)) {
    holds(end === undefined, 'something comes after the end');
    if (event.kind === 'text') pieces += event.text;
    else if (event.kind === 'restart') pieces = '';
    else if (event.kind === 'end') end = event;
  }
  holds(end !== undefined, 'it ends without the event "end"');
  return { end, pieces };
};

const leaves = async (llm: Llm, abort: (controller: AbortController) => void): Promise<void> => {
  const leaving = new AbortController();
  const reason = new Error('left');
  const asked = complete(llm, request, leaving.signal).catch((error: unknown) => error);
  abort(Object.assign(leaving, { abort: leaving.abort.bind(leaving, reason) }));
  holds((await inTime(asked, 5_000, 'the end after a caller left')) === reason, 'it does not reject with the reason');
};

const emptyVocabulary: Vocabulary = {
  hash: 'empty',
  currency: null,
  timezone: 'UTC',
  weekStart: 'monday',
  fiscalYearStart: 1,
  entities: [],
  metrics: [],
  dimensions: [],
  segments: [],
  hierarchies: [],
  glossary: [],
  verified: [],
};

const interpretRequest: InterpretRequest = {
  question: 'What was the revenue by country last year?',
  vocabulary: emptyVocabulary,
  now: Date.UTC(2026, 0, 1),
  timezone: 'UTC',
  previous: [],
  check: async () => [{ code: 'UNKNOWN_MEMBER', message: 'There is nothing.' }],
  findValues: async () => [],
};

const completionCases: readonly LlmCase[] = [
  {
    id: 'completion/tokens',
    title: 'tokens of a text are a whole number, and more for more text',
    area: 'capabilities',
    ability: 'completion',
    asks: false,
    run: async ({ llm }) => {
      const count = (text: string): number => llm.completion!.countTokens(text);
      const [none, one, many] = [count(''), count('revenue'), count('revenue by country and month '.repeat(50))];
      holds(none === 0, `an empty text has ${none} tokens`);
      holds(Number.isSafeInteger(one) && one >= 1, `a word has ${one} tokens`);
      holds(Number.isSafeInteger(many) && many >= 150 && many < 1_500, `250 words have ${many} tokens`);
    },
  },
  {
    id: 'completion/answers',
    title: 'answers in pieces, which are the whole answer, and counts tokens',
    area: 'streaming',
    ability: 'completion',
    asks: true,
    run: async ({ llm }) => {
      const { end, pieces } = await complete(llm, request);
      same(pieces, end.text, 'the pieces');
      holds(end.text.trim() !== '', 'the answer is empty');
      const { model, inputTokens, outputTokens, cachedTokens, tries, cost } = end.usage;
      holds(model !== '', 'the model has no name');
      for (const count of [inputTokens, outputTokens, cachedTokens]) {
        holds(Number.isSafeInteger(count) && count >= 0, `${count} is no count of tokens`);
      }
      holds(inputTokens > 0 && cachedTokens <= inputTokens, `${inputTokens} tokens of input, ${cachedTokens} cached`);
      holds(tries >= 1, `${tries} tries`);
      holds(cost === null || (cost.amount >= 0 && /^[A-Z]{3}$/.test(cost.currency)), 'the cost is no amount of money');
    },
  },
  {
    id: 'completion/structured',
    title: 'answers with JSON of a schema',
    area: 'types',
    ability: 'completion',
    asks: true,
    run: async ({ llm }) => {
      const { end } = await complete(llm, { ...request, schema });
      const value = end.value as { readonly answer?: unknown } | undefined;
      holds(value?.answer === 'yes' || value?.answer === 'no', 'the answer is not of the schema');
    },
  },
  {
    id: 'completion/left-before',
    title: 'asks nobody for a caller who has left',
    area: 'cancellation',
    ability: 'completion',
    asks: false,
    run: async ({ llm }) => {
      const reason = new Error('left');
      const error = await complete(llm, request, AbortSignal.abort(reason)).catch((thrown: unknown) => thrown);
      holds(error === reason, 'it does not reject with the reason of the signal');
    },
  },
  {
    id: 'completion/left',
    title: 'stops when the caller leaves',
    area: 'cancellation',
    ability: 'completion',
    asks: true,
    run: ({ llm }) => leaves(llm, (controller) => setImmediate(() => controller.abort())),
  },
  {
    id: 'completion/time',
    title: 'keeps to the time of the request',
    area: 'limits',
    ability: 'completion',
    asks: true,
    run: async ({ llm }) => {
      const asked = complete(llm, { ...request, timeoutMs: 1 });
      judgeMessage(await failsWith(inTime(asked, 2_000, 'an answer within 1 ms'), ['LLM_TIMEOUT'], 'no time'), [
        marker,
      ]);
    },
  },
  {
    id: 'completion/wrong-key',
    title: 'says nothing of a key that is not taken',
    area: 'errors',
    ability: 'completion',
    asks: true,
    run: async ({ llm, secrets }) => {
      let error: unknown;
      try {
        await complete(llm, { ...request, key: wrongKey });
        // There are providers that look at no key.
        return;
      } catch (thrown) {
        error = thrown;
      }
      const failure = await failsWith(Promise.reject(error), ['LLM_REJECTED'], 'a wrong key');
      judgeMessage(failure as PluginError, [...secrets, wrongKey, marker]);
    },
  },
  {
    id: 'completion/log',
    title: 'logs neither keys nor prompts',
    area: 'errors',
    ability: 'completion',
    asks: true,
    run: async ({ lines, secrets }) => {
      const all = lines.join('\n');
      for (const planted of [...secrets, wrongKey, marker]) {
        holds(!all.includes(planted), 'the log holds a key, or a piece of a prompt');
      }
    },
  },
];

const otherCases: readonly LlmCase[] = [
  {
    id: 'interpretation/unknown',
    title: 'makes no query of a question about what is not there',
    area: 'meaning',
    ability: 'interpretation',
    asks: true,
    run: async ({ llm }) => {
      const { outcome } = await llm.interpretation!.interpret(interpretRequest, never());
      holds(outcome !== 'query', 'it makes a query of names that do not exist');
    },
  },
  {
    id: 'embedding/vectors',
    title: 'makes vectors of length 1, the same for the same text',
    area: 'types',
    ability: 'embedding',
    asks: true,
    run: async ({ llm }) => {
      const { dimensions, embed } = llm.embedding!;
      const vectors = await embed.call(llm.embedding, ['revenue', 'revenue', 'by country'], never());
      same(vectors.length, 3, 'vectors of three texts');
      for (const vector of vectors) {
        same(vector.length, dimensions, 'dimensions of a vector');
        const length = Math.hypot(...vector);
        holds(Math.abs(length - 1) < 0.001, `a vector has the length ${length}`);
      }
      same([...vectors[0]!], [...vectors[1]!], 'the vector of the same text');
      same((await embed.call(llm.embedding, [], never())).length, 0, 'vectors of no text');
    },
  },
];

export const llmCases: readonly LlmCase[] = [...completionCases, ...otherCases];
