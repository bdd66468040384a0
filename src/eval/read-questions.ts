import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { readYaml } from '../../semantic/load/read-yaml.js';
import { plainValue } from '../../semantic/load/yaml-node.js';
import { checkValue } from '../api/check-values.js';
import { readJson } from '../api/read-json.js';
import type { Schema } from '../api/route.js';
import { subjectSchema } from '../identity/read-subject.js';
import type { EvalQuestion, KnownAnswer, NoAnswerReason, QuestionSet } from './question-set.js';

interface WrittenQuestion {
  readonly id: string;
  readonly kind?: string;
  readonly question: string;
  readonly previous?: readonly string[];
  readonly as?: string;
  readonly expect?: 'answer' | 'no answer';
  readonly because?: NoAnswerReason;
  readonly or_clarify?: boolean;
  readonly query?: SemanticQuery;
  readonly sql?: string;
  readonly answers?: readonly KnownAnswer[];
}

interface WrittenSet {
  readonly now?: string;
  readonly subjects?: Readonly<Record<string, Parameters<typeof createSubject>[0]>>;
  readonly questions: readonly WrittenQuestion[];
}

let schema: Schema | null = null;

const questionsSchema = (): Schema => {
  schema ??= JSON.parse(readFileSync(join(packageRoot(), 'src', 'eval', 'questions.schema.json'), 'utf8')) as Schema;
  return schema;
};

const wrong = (message: string): DataMindError => new DataMindError('BAD_REQUEST', message);

const fromYaml = (text: string, file: string): unknown => {
  const { documents, problems } = readYaml(text);
  const problem = problems[0];
  if (problem !== undefined) throw wrong(`${file} is no YAML that can be read: ${problem.message}`);
  if (documents.length !== 1) throw wrong(`${file} has ${documents.length} documents; questions are one.`);
  return plainValue(documents[0]!);
};

/** The first line holds everything but the questions. */
const fromLines = (text: string, file: string): unknown => {
  const lines = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, at }]));
  const values = lines.map(({ line, at }) => readJson(line, `Line ${at + 1} of ${file}`) as Record<string, unknown>);
  const [first, ...rest] = values;
  return first === undefined || 'question' in first ? { questions: values } : { ...first, questions: rest };
};

const readText = (file: string): unknown => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw wrong(`The questions in "${file}" cannot be read.`);
  }
  if (file.endsWith('.jsonl')) return fromLines(text, file);
  return /\.ya?ml$/.test(file) ? fromYaml(text, file) : readJson(text, file);
};

const isUnanswerable = ({ expect, because }: WrittenQuestion): boolean =>
  expect === 'no answer' || (expect === undefined && because !== undefined);

/** What the schema cannot say. */
const assertWhole = (question: WrittenQuestion): void => {
  const { id, answers = [], query, sql } = question;
  const known = [answers.length > 0, query !== undefined, sql !== undefined].filter(Boolean).length;
  if (isUnanswerable(question) && known > 0) throw wrong(`The question "${id}" is to have no answer, and has one.`);
  if (!isUnanswerable(question) && known !== 1) {
    throw wrong(`The question "${id}" needs one of "answers", "query" and "sql", or "expect": "no answer".`);
  }
  for (const { columns, rows, order = [], spare = [], percent = [] } of answers) {
    const stranger = [...order, ...spare, ...percent].find((name) => !columns.includes(name));
    if (stranger !== undefined) throw wrong(`The question "${id}" has no column "${stranger}" in its answer.`);
    if (rows.some((row) => row.length !== columns.length)) {
      throw wrong(`The question "${id}" has a row that is not as wide as its columns.`);
    }
  }
};

/**
 * Questions with known answers, from YAML, JSON or JSON lines.
 * @param asker whoever asks all of them, whatever the file says; `null`: as the file says
 * @param otherwise asks what names nobody in a file that names nobody
 * @throws DataMindError `BAD_REQUEST`
 */
export const readQuestions = (file: string, asker: Subject | null, otherwise: Subject): QuestionSet => {
  const value = readText(file);
  checkValue(questionsSchema(), value, 'BAD_REQUEST', `The questions in ${file}`);
  const { now, subjects = {}, questions } = value as WrittenSet;
  const people = new Map<string, Subject>();
  for (const [name, written] of Object.entries(subjects)) {
    checkValue(subjectSchema, written, 'BAD_REQUEST', `The subject "${name}" in ${file}`);
    people.set(name, createSubject(written));
  }
  const first = people.values().next().value ?? otherwise;
  const subjectOf = ({ id, as }: WrittenQuestion): Subject => {
    const named = as === undefined ? first : people.get(as);
    if (named === undefined) throw wrong(`The question "${id}" is asked as "${as}", who is not among the subjects.`);
    return asker ?? named;
  };
  const seen = new Set<string>();
  return {
    name: file,
    now: now === undefined ? null : Date.parse(now),
    questions: questions.map((written): EvalQuestion => {
      const { id, kind = 'plain', question, previous = [], because = null, query = null, sql = null } = written;
      assertWhole(written);
      if (seen.has(id)) throw wrong(`The id "${id}" is there twice.`);
      seen.add(id);
      return {
        id,
        kind,
        question,
        previous,
        subject: subjectOf(written),
        unanswerable: isUnanswerable(written) ? { because } : null,
        orClarify: written.or_clarify ?? false,
        answers: written.answers ?? [],
        query,
        sql,
      };
    }),
  };
};
