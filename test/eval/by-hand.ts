/** Questions with the SQL that somebody who knows the tables wrote for them; from these the known answers are made. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { packageRoot } from '../../core/package-root.js';

/** A further answer that is right: SQL, with the fractions it has where they differ from the first one's. */
export type Accepted = string | { readonly sql: string; readonly percent?: readonly string[] };

export interface HandQuestion {
  readonly id: string;
  readonly kind?: string;
  readonly ask: string;
  readonly previous?: readonly string[];
  readonly as?: string;
  readonly because?: 'outside' | 'ambiguous' | 'forbidden' | 'unsafe';
  readonly or_clarify?: boolean;
  readonly sql?: string;
  readonly accept?: readonly Accepted[];
  readonly order?: readonly string[];
  readonly spare?: readonly string[];
  readonly percent?: readonly string[];
}

export interface HandSet {
  readonly about: string;
  readonly now: string;
  readonly subjects: Readonly<Record<string, object>>;
  /** What the SQL may name besides the tables. */
  readonly views: Readonly<Record<string, string>>;
  readonly questions: readonly (HandQuestion & { readonly kind: string })[];
}

interface Part {
  readonly kind: string;
  readonly questions: readonly HandQuestion[];
}

export const evalFolder = (...names: readonly string[]): string => join(packageRoot(), 'test', 'eval', ...names);

const readYaml = (path: string): unknown => load(readFileSync(path, 'utf8'));

/** A folder of questions: `set.yaml` has what they share, every other file has questions of one kind. */
export const readByHand = (folder: string): HandSet => {
  const set = readYaml(join(folder, 'set.yaml')) as Omit<HandSet, 'questions'>;
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'set.yaml');
  const parts = files.sort().map((name) => readYaml(join(folder, name)) as Part);
  const questions = parts.flatMap(({ kind, questions }) => questions.map((one) => ({ kind, ...one })));
  return { ...set, questions };
};

const names = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

/** The SQL with the views that it names, and those that they name, in front. */
export const withViews = (sql: string, views: HandSet['views']): string => {
  const needed: string[] = [];
  const visit = (text: string): void => {
    for (const [name, query] of Object.entries(views)) {
      if (!names(text, name) || needed.includes(name)) continue;
      visit(query);
      needed.push(name);
    }
  };
  visit(sql);
  const parts = needed.map((name) => `${name} as (${views[name]})`).join(',\n');
  return parts === '' ? sql : `with ${parts}\n${sql}`;
};
