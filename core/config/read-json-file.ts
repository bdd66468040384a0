import { readFileSync } from 'node:fs';
import { type JsonDocument, parseJson } from './parse-json.js';
import type { ConfigProblem } from './problem.js';

export interface JsonFile {
  /** `undefined` when there is no JSON to be had. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** A problem at the place that the pointer names, or at the nearest place above it that the file has. */
  problemAt(at: string, message: string): ConfigProblem;
}

const why: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EACCES: 'the file may not be read by this user',
  EISDIR: 'this is a folder, and a file is expected',
};

/**
 * Reads a JSON file with the place of everything in it.
 * @param shownAs how problems name the file
 */
export const readJsonFile = (path: string, shownAs: string): JsonFile => {
  let document: JsonDocument;
  try {
    document = parseJson(readFileSync(path, 'utf8'));
  } catch (error) {
    const message = why[(error as NodeJS.ErrnoException).code ?? ''] ?? 'the file cannot be read';
    const problem: ConfigProblem = { file: shownAs, at: '', message };
    return { value: undefined, problems: [problem], problemAt: (at, text) => ({ file: shownAs, at, message: text }) };
  }
  const { value, places, problems } = document;
  const problemAt = (at: string, message: string): ConfigProblem => {
    let nearest = at;
    while (nearest !== '' && !places.has(nearest)) nearest = nearest.slice(0, nearest.lastIndexOf('/'));
    return { file: shownAs, at, ...places.get(nearest), message };
  };
  return {
    value,
    problems: problems.map(({ at, place, message }) => ({ file: shownAs, at, ...place, message })),
    problemAt,
  };
};
