/** Questions in words without a server: for the command line, and for whoever measures. */
import { join } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { createLlmChain, type LlmLink } from '../llm/chain.js';
import { connectionsOf } from '../model-connections.js';
import { createRetrieval } from '../retrieval/create-retrieval.js';
import { openProject, type ProjectOptions } from '../open-project.js';
import { createQuestionPipeline, type Interpreted } from '../pipeline/answer-question.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { createValueFinder } from '../pipeline/find-values.js';
import type { QuestionAnswer, QuestionRequest } from '../pipeline/question.js';
import { createResultCache } from '../pipeline/result-cache.js';
import { createAnswerService } from '../pipeline/serve-answer.js';

/** A question to a project: what a request has, but for what the project is. */
export type ProjectQuestion = Omit<QuestionRequest, 'model' | 'subject' | 'correlationId' | 'signal'> & {
  readonly subject: Subject;
  readonly correlationId: string;
  readonly signal: AbortSignal;
};

export interface ProjectQuestions {
  readonly model: Model;
  /** As REST and Socket.IO answer: the same stages, under the policies of the subject. */
  answer(question: ProjectQuestion): Promise<QuestionAnswer>;
  interpret(question: ProjectQuestion): Promise<Interpreted>;
  /** Whether a language model is asked. */
  readonly hasModels: boolean;
  /** Rows of an answer, at most. */
  readonly maxRows: number;
  /** What runs: for whoever holds answers to queries. */
  readonly executor: GovernedExecutor;
  close(): Promise<void>;
}

export interface QuestionProjectOptions extends ProjectOptions {
  /** Only this connection is opened; those of the model when absent. */
  readonly connection?: string;
  /** The one language model to ask, or `none`; those of the configuration when absent. */
  readonly llm?: string;
  /** Verified queries that were flagged answer too: for whoever measures these. */
  readonly withFlagged?: boolean;
}

/** The same question again is answered from memory. */
const cacheBytes = 64 * 1024 * 1024;

/** One that is down may be one. */
const isModel = ({ instance }: LlmLink): boolean => instance === null || instance.completion !== undefined;

/** The links that may be asked. What reads questions without a language model stays: it is what is fallen back on. */
const chosen = (links: readonly LlmLink[], wanted: string | undefined): readonly LlmLink[] => {
  if (wanted === undefined) return links;
  const models = links.filter(isModel).map(({ name }) => name);
  if (wanted !== 'none' && !models.includes(wanted)) {
    throw new DataMindError('BAD_REQUEST', `There is no language model "${wanted}" in the configuration.`, {
      hint: `Language models there: ${models.join(', ') || 'none'}; "none" asks none.`,
    });
  }
  return links.filter((link) => link.name === wanted || !isModel(link));
};

/** Compiles the folder, starts the connections that the model needs and what reads questions. */
export const openQuestions = async (options: QuestionProjectOptions): Promise<ProjectQuestions> => {
  const { connection, llm: wanted, withFlagged = false, ...rest } = options;
  const { now } = options;
  const project = openProject(rest);
  const { settings, log } = project;
  const model = await project.readModel();
  const { executor, trail } = await project.openOwnExecutor(connectionsOf(model, connection), ['llm']);
  const clock = now === undefined ? {} : { now };
  const { maxRows, cacheTtlSeconds: ttlSeconds } = settings;
  const cache = createResultCache({ ttlSeconds, maxBytes: cacheBytes });
  const answers = createAnswerService(executor, cache, { maxRows });
  const links = await (async () => chosen(executor.llms(), wanted))().catch(async (error: unknown) => {
    await executor.stop();
    throw error;
  });
  const llm = createLlmChain({ links, log, ...clock });
  const retrieval = createRetrieval({ embedding: llm.embedding, folder: join(settings.home, 'vectors'), log });
  const pipeline = createQuestionPipeline({
    ...{ retrieval, executor, answers, llm, log, maxRows, trail },
    findValues: createValueFinder({ executor, answers, log, ...clock }),
    ...clock,
  });
  const flagged = withFlagged ? null : project.heldBack();
  const common = { maySql: true, ...(flagged !== null && { heldBack: flagged }) };
  const asked = (question: ProjectQuestion): QuestionRequest => ({
    ...{ ...common, model: project.modelFor(model, question.subject) },
    ...question,
  });
  return {
    ...{ model, maxRows, executor, hasModels: llm.hasModels },
    answer: (question) => pipeline.answer(asked(question)),
    interpret: (question) => pipeline.interpret(asked(question)),
    close: () => {
      retrieval.close();
      return executor.stop();
    },
  };
};
