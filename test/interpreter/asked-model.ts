/** A model to ask about, with the server's vocabulary, the real planner as its check, and values that are in no vocabulary. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Interpretation, QueryProblem, Turn, ValueMatch, Vocabulary } from '../../core/plugin/llm.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import type { Model } from '../../semantic/model/model.js';
import { planOptionsFor } from '../../semantic/policy/plan-options.js';
import { plannerOf } from '../../semantic/policy/planner-of.js';
import { vocabularyOf } from '../../semantic/prompt/vocabulary.js';
import interpreter from '../../plugins/llm/interpreter/index.js';
import type { PluginHost } from '../../core/plugin/contract.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

/** A Wednesday. */
export const now = Date.parse('2026-06-17T10:00:00Z');

export interface AskedModel {
  readonly model: Model;
  readonly vocabulary: Vocabulary;
  readonly timezone: string;
  check(query: SemanticQuery): Promise<readonly QueryProblem[]>;
  findValues(phrase: string, limit: number): Promise<readonly ValueMatch[]>;
  ask(question: string, previous?: readonly Turn[], at?: number): Promise<Interpretation>;
  stop(): Promise<void>;
}

const plain = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

export const readModel = async (folder: string): Promise<Model> => {
  await loadQueryParser();
  const { files } = await readFolder(join(packageRoot(), folder));
  const { model, diagnostics } = compile(files);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (model === null || errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return model;
};

/** What a server would ask of the data, without data: words that are equal, or that one begins with the other. */
const finder =
  (values: Readonly<Record<string, readonly string[]>>) =>
  (phrase: string, limit: number): Promise<readonly ValueMatch[]> => {
    const wanted = plain(phrase);
    const found = Object.entries(values).flatMap(([dimension, all]) =>
      all.flatMap((value): ValueMatch[] => {
        const own = plain(value);
        if (own === wanted) return [{ dimension, value, score: 1 }];
        return own.startsWith(`${wanted} `) || wanted.startsWith(`${own} `) ? [{ dimension, value, score: 0.7 }] : [];
      }),
    );
    return Promise.resolve(found.sort((a, b) => b.score - a.score).slice(0, limit));
  };

const host = {} as PluginHost;

export const asking = async (
  model: Model,
  values: Readonly<Record<string, readonly string[]>> = {},
  languages: readonly string[] = ['en', 'id', 'ar'],
): Promise<AskedModel> => {
  const subject = createSubject({ user: 'local', roles: ['admin'] });
  const options = { dialect: 'duckdb', lineages: onlyTables, now: new Date(now) } as const;
  const vocabulary = vocabularyOf(model, planOptionsFor(model, subject, options), 'duckdb');
  const check = (query: SemanticQuery): Promise<readonly QueryProblem[]> => {
    try {
      plannerOf(model).plan(query, { dialect: 'duckdb', features: { timeZones: true }, now });
      return Promise.resolve([]);
    } catch (error) {
      if (!(error instanceof DataMindError)) throw error;
      return Promise.resolve([{ code: error.code, message: error.message }]);
    }
  };
  const plugin = interpreter.create({ languages }, host);
  await plugin.start(new AbortController().signal);
  const findValues = finder(values);
  const { timezone } = vocabulary;
  return {
    model,
    vocabulary,
    timezone,
    check,
    findValues,
    ask: (question, previous = [], at = now) =>
      plugin.interpretation!.interpret(
        { question, vocabulary, now: at, timezone, previous, check, findValues },
        new AbortController().signal,
      ),
    stop: () => plugin.stop(),
  };
};

/** A question after others, and what becomes of it. */
export interface QuestionRow {
  readonly question: string;
  readonly after?: readonly string[];
  readonly query?: unknown;
  readonly choices?: readonly unknown[];
  readonly abstains?: string;
}

/** Values that the data has and the vocabulary does not, and questions. */
export const readQuestions = (
  file: string,
): { readonly values: Readonly<Record<string, readonly string[]>>; readonly rows: readonly QuestionRow[] } =>
  JSON.parse(readFileSync(join(packageRoot(), file), 'utf8'));
