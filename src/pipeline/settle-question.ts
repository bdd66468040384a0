/** A question → what it means: a verified query, else a language model, mended twice at most, else the built-in interpreter. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { TokenUsage } from '../../core/plugin/llm.js';
import type { Retrieval } from '../retrieval/create-retrieval.js';
import { interpreterWarning, type LlmChain } from '../llm/chain.js';
import type { FindValues } from './find-values.js';
import { namedValues } from './named-values.js';
import type { Draft, QuestionRequest } from './question.js';
import { questionTokens } from './question-tokens.js';
import type { StageRunner } from './run-stages.js';
import { shownTables } from './shown-tables.js';
import {
  createModelReader,
  type ModelReader,
  type Generated,
  outsideMessage,
  type Rejected,
  readVerified,
  readWithInterpreter,
} from './stages/generate.js';
import type { Understanding } from './stages/interpret.js';
import type { Sanitizer } from './stages/sanitize.js';
import { validate } from './stages/validate.js';

/** What the question became, before anything of it ran. */
export interface Settled extends Generated {
  readonly warnings: readonly string[];
}

export interface SettleParts {
  readonly llm: LlmChain;
  readonly findValues: FindValues;
  readonly sanitizer: Sanitizer;
  readonly log: AppLogger;
  /** What of a model a prompt is about; by words when absent. */
  readonly retrieval?: Pick<Retrieval, 'retrieverFor'>;
}

export type Settle = (
  stages: StageRunner,
  understanding: Understanding,
  request: QuestionRequest,
  onUsed: (usage: TokenUsage) => void,
) => Promise<Settled>;

const tries = 3;
const unusable =
  'The language model gave nothing that can be answered, in three tries; the question was read without one, so the answer may be less accurate.';

/** What says that the subject may not have it. It looks like what is not here. */
const closed: ReadonlySet<string> = new Set([
  'FORBIDDEN',
  'ATTRIBUTE_MISSING',
  'TABLE_CLOSED',
  'VIEW_CLOSED',
  'UNKNOWN_MEMBER',
  'TABLE_UNKNOWN',
  'COLUMN_UNKNOWN',
]);
/** What says that the question cannot be answered as it is. */
const unanswerable: ReadonlySet<string> = new Set([
  'QUERY_INVALID',
  'AMBIGUOUS_MEMBER',
  'AMBIGUOUS_PATH',
  'NO_PATH',
  'WOULD_BE_WRONG',
  'UNSUPPORTED_ON_DIALECT',
  'TYPE_MISMATCH',
  'TIME_RANGE_INVALID',
  'SQL_INVALID',
  'SQL_NOT_ALLOWED',
]);

export const refusalOf = (code: string, message: string): Draft | null => {
  const nothing = { unknown: [], near: [] };
  if (closed.has(code)) return { kind: 'abstain', reason: 'outside', message: outsideMessage([]), ...nothing };
  if (!unanswerable.has(code)) return null;
  return {
    kind: 'abstain',
    reason: 'unclear',
    message: `This cannot be answered as it was asked: ${message}`,
    ...nothing,
  };
};

const confidenceAfter = (draft: Draft, round: number): Draft =>
  'confidence' in draft
    ? { ...draft, confidence: Math.round(draft.confidence * 0.85 ** (round - 1) * 1000) / 1000 }
    : draft;

export const createSettler = ({ llm, findValues, sanitizer, log, retrieval }: SettleParts): Settle => {
  const byModel = async (
    stages: StageRunner,
    understanding: Understanding,
    request: QuestionRequest,
    onUsed: (usage: TokenUsage) => void,
    warnings: string[],
  ): Promise<Generated | null> => {
    const { governed, dialect, lineages, now: at } = understanding;
    const { model, subject, maySql = false, signal } = request;
    const tables = maySql ? shownTables(model, subject, governed, { dialect, now: at, lineages }) : null;
    const found: string[] = [];
    const open = async (): Promise<ModelReader> => {
      // An embedder may be elsewhere: what is personal in a question does not go there.
      const words = questionTokens(understanding, request).tokenise(
        `${request.previous?.at(-1)?.question ?? ''} ${understanding.question}`,
      );
      const retriever = await retrieval?.retrieverFor(understanding.vocabulary, words, signal);
      const values = await namedValues(understanding.question, (phrase, limit) =>
        findValues(understanding, request, phrase, limit),
      );
      const onWarning = (warning: string): void => {
        found.push(warning);
      };
      const parts = { llm, tables, values, onUsed, onWarning, ...(retriever !== undefined && { retriever }) };
      return createModelReader(parts, understanding, request);
    };
    let reader: ModelReader | null = null;
    const rejected: Rejected[] = [];
    for (let round = 1; round <= tries; round += 1) {
      let read: Awaited<ReturnType<ModelReader['read']>>;
      try {
        read = await stages.run('generate', round, async () => {
          reader ??= await open();
          return reader.read(rejected);
        });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof DataMindError)) throw error;
        warnings.push(interpreterWarning(error));
        return null;
      }
      if ('problems' in read) {
        rejected.push(read);
        continue;
      }
      const { text, ...generated } = read;
      const { draft } = generated;
      const problems = await stages.run('validate', round, () =>
        validate(draft, understanding, sanitizer.sql, request),
      );
      if (problems.length === 0) {
        warnings.push(...new Set(found));
        return { ...generated, draft: confidenceAfter(draft, round) };
      }
      log.debug('what a language model answered does not hold', {
        correlation_id: request.correlationId,
        codes: problems.map(({ code }) => code),
      });
      rejected.push({ text, problems });
    }
    warnings.push(unusable);
    return null;
  };

  /** What has choices that cannot be answered loses these. */
  const withGoodChoices = (draft: Draft, { check }: Understanding): Draft => {
    if (draft.kind !== 'clarify') return draft;
    const choices = draft.choices.filter(({ query }) => check(query).length === 0);
    if (choices.length > 0) return { ...draft, choices };
    return { kind: 'abstain', reason: 'unclear', message: draft.message, unknown: [], near: [] };
  };

  return async (stages, understanding, request, onUsed) => {
    const warnings: string[] = [];
    const verified = readVerified(understanding);
    if (verified !== null) {
      const generated = await stages.run('generate', 1, () => verified);
      const problems = await stages.run('validate', 1, () =>
        validate(generated.draft, understanding, sanitizer.sql, request),
      );
      if (problems.length === 0) return { ...generated, warnings };
    }
    if (llm.hasModels) {
      const generated = await byModel(stages, understanding, request, onUsed, warnings);
      if (generated !== null) return { ...generated, draft: withGoodChoices(generated.draft, understanding), warnings };
    }
    const ability = llm.interpretation();
    if (ability === null) {
      throw new DataMindError('LLM_UNAVAILABLE', 'Nothing here can read questions in words now.', {
        hint: 'Name a language model or the built-in interpreter in plugins.config.json; semantic queries are answered without.',
      });
    }
    const round = llm.hasModels ? tries + 1 : 1;
    const generated = await stages.run('generate', round, () =>
      readWithInterpreter(ability, understanding, request, findValues),
    );
    const problems = await stages.run('validate', round, () =>
      validate(generated.draft, understanding, sanitizer.sql, request),
    );
    const [problem] = problems;
    if (problem === undefined)
      return { ...generated, draft: withGoodChoices(generated.draft, understanding), warnings };
    const draft = refusalOf(problem.code, problem.message) ?? generated.draft;
    return { ...generated, draft, warnings };
  };
};
