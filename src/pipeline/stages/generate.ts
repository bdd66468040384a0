/** Second stage: what the question means. Three who can say it: a verified query, a language model, the built-in interpreter. */
import type { InterpretationAbility, QueryProblem, TokenUsage, Turn, ValueMatch } from '../../../core/plugin/llm.js';
import { createPersonalTokens, type PersonalTokens } from '../../../core/pii/tokenise-personal.js';
import { isoDate } from '../../../semantic/plan/calendar.js';
import { instantToLocal } from '../../../semantic/plan/zone.js';
import { compileContext, type PromptContext, type ShownTable } from '../../../semantic/prompt/compile-context.js';
import { lexicalRetriever, type Retriever } from '../../../semantic/prompt/lexical-retrieval.js';
import { type ReadAnswer, readAnswer } from '../../../semantic/prompt/read-answer.js';
import { sayableDimensions } from '../../../semantic/prompt/vocabulary.js';
import type { LlmChain } from '../../llm/chain.js';
import type { FindValues } from '../find-values.js';
import type { Draft, QuestionRequest, ReadBy } from '../question.js';
import { plainWords } from '../value-index.js';
import type { Understanding } from './interpret.js';

export interface Generated {
  readonly draft: Draft;
  readonly by: ReadBy;
  /** SHA-256 of what it was read with. */
  readonly readWith: string;
}

/** A question that somebody has answered for good. */
export const readVerified = ({ question, vocabulary, verifiedSql }: Understanding): Generated | null => {
  const words = plainWords(question);
  const isAsked = (one: { readonly question: string }): boolean => plainWords(one.question) === words;
  const found = vocabulary.verified.find(isAsked) ?? verifiedSql.find(isAsked);
  if (found === undefined) return null;
  const said = { confidence: 1, reading: found.question, notes: [] };
  const draft: Draft =
    'sql' in found ? { kind: 'sql', sql: found.sql, ...said } : { kind: 'query', query: found.query, ...said };
  return { draft, by: { kind: 'verified', provider: null, model: null }, readWith: vocabulary.hash };
};

export const readWithInterpreter = async (
  ability: InterpretationAbility,
  understanding: Understanding,
  request: QuestionRequest,
  findValues: FindValues,
): Promise<Generated> => {
  const { question, vocabulary, now, timezone, previous, check } = understanding;
  const turns = previous.flatMap((turn): Turn[] =>
    turn.query === null ? [] : [{ question: turn.question, query: turn.query }],
  );
  const interpretation = await ability.interpret(
    {
      ...{ question, vocabulary, now, timezone, previous: turns },
      check: async (query) => check(query),
      findValues: (phrase, limit) => findValues(understanding, request, phrase, limit),
    },
    request.signal,
  );
  request.signal.throwIfAborted();
  const { outcome, ...rest } = interpretation;
  return {
    draft: { kind: outcome, ...rest } as Draft,
    by: { kind: 'interpreter', provider: null, model: null },
    readWith: vocabulary.hash,
  };
};

const usualBudget = 16_000;
const leastBudget = 2_000;
const answerTokens = 2_000;
const patienceMs = 60_000;

/** What was answered, and what is wrong with it. */
export interface Rejected {
  readonly text: string;
  readonly problems: readonly QueryProblem[];
}

export interface ModelParts {
  readonly llm: LlmChain;
  /** Tables that SQL may be written over; `null`: none may. */
  readonly tables: readonly ShownTable[] | null;
  /** Values in the data that words of the question name. */
  readonly values: readonly ValueMatch[];
  readonly retriever?: Retriever;
  readonly onUsed: (usage: TokenUsage) => void;
  readonly onWarning: (warning: string) => void;
}

export interface ModelReader {
  readonly context: PromptContext;
  /** @returns what it says, or why that cannot be read. @throws DataMindError `LLM_…` */
  read(rejected: readonly Rejected[]): Promise<(Generated & { readonly text: string }) | Rejected>;
}

/** Texts in what was read, with the data back in the places of their tokens. */
const restored = <T>(value: T, tokens: PersonalTokens): T => {
  if (typeof value === 'string') return tokens.restore(value) as T;
  if (Array.isArray(value)) return value.map((one) => restored(one, tokens)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restored(inner, tokens)])) as T;
};

const near = ({ vocabulary }: Understanding, retriever: Retriever, words: string): readonly string[] =>
  retriever
    .rank(vocabulary, words)
    .flatMap(({ key }) => /^(?:metric|dimension) (.+)$/.exec(key)?.[1] ?? [])
    .slice(0, 3);

const quoted = (words: readonly string[]): string => words.map((word) => `“${word}”`).join(', ');

/** What is said of what is not there: the same of what is closed to whoever asks. */
export const outsideMessage = (missing: readonly string[]): string =>
  missing.length === 0 ? 'There is nothing here that answers this.' : `There is nothing here for ${quoted(missing)}.`;

const unsafeMessage =
  'This asks for something that is not done here: questions are answered, nothing is changed, and the rules stay.';

const draftOf = (answer: ReadAnswer, understanding: Understanding, retriever: Retriever): Draft => {
  switch (answer.kind) {
    case 'query':
    case 'sql':
      return { ...answer, notes: [] };
    case 'clarify':
      return answer;
    case 'outside': {
      const { missing } = answer;
      const found = near(understanding, retriever, [...missing, understanding.question].join(' '));
      return { kind: 'abstain', reason: 'outside', message: outsideMessage(missing), unknown: missing, near: found };
    }
    case 'unsafe':
      return { kind: 'abstain', reason: 'unsafe', message: unsafeMessage, unknown: [], near: [] };
  }
};

const repairMessage = (problems: readonly QueryProblem[]): string =>
  [
    'That cannot be answered:',
    ...problems.map(({ code, message }) => `- ${code}: ${message}`),
    'Answer the question again, with these mended, or say that it is outside.',
  ].join('\n');

export const createModelReader = (
  { llm, tables, values, retriever = lexicalRetriever, onUsed, onWarning }: ModelParts,
  understanding: Understanding,
  request: QuestionRequest,
): ModelReader => {
  const { question, vocabulary, governed, now, timezone, previous, dialect } = understanding;
  const { model, subject, correlationId, signal, withoutContext } = request;
  const window = llm.contextTokens() ?? usualBudget;
  const tokens = createPersonalTokens();
  const context = compileContext({
    ...{ vocabulary, question, tokens, previous, retriever, timezone, values },
    sayable: sayableDimensions(model, governed),
    budget: Math.max(leastBudget, Math.min(usualBudget, window - answerTokens)),
    countTokens: (text) => llm.countTokens(text),
    today: isoDate(instantToLocal(timezone, now)),
    sql: tables === null ? null : { dialect, tables },
    ...(withoutContext !== undefined && { without: withoutContext }),
  });
  return {
    context,
    read: async (rejected) => {
      const again = rejected.flatMap(({ text, problems }) => [
        { role: 'assistant' as const, content: text },
        { role: 'user' as const, content: tokens.tokenise(repairMessage(problems)) },
      ]);
      const answer = await llm.complete(
        {
          system: context.system,
          messages: [{ role: 'user', content: context.message }, ...again],
          schema: context.schema,
          maxTokens: answerTokens,
          timeoutMs: patienceMs,
        },
        { workspace: subject.workspace, user: subject.user, correlationId },
        signal,
      );
      onUsed(answer.usage);
      for (const warning of answer.warnings) onWarning(warning);
      const found = readAnswer(answer.value, context.names);
      if ('problems' in found) return { text: answer.text, problems: found.problems };
      const { provider, usage } = answer;
      return {
        text: answer.text,
        draft: draftOf(restored(found.answer, tokens), understanding, retriever),
        by: { kind: 'model', provider, model: usage.model },
        readWith: context.hash,
      };
    },
  };
};
