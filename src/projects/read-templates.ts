/** Templates of projects: one file each under `templates/`, named by it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../core/package-root.js';
import { checkValue } from '../api/check-values.js';
import './schemas.js';

/** Objects of a model that are taken where they are there: those with one of the tags, or one of the names. */
export interface Selection {
  readonly tags: readonly string[];
  readonly names: readonly string[];
}

/** Made only where the model has all that it needs. */
interface Provided {
  /** Names of metrics or measures. */
  readonly needs: readonly string[];
}

export interface ProvidedMetric extends Provided {
  /** As in `metrics:` of a model's files. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface ProvidedQuestion extends Provided {
  readonly question: string;
  readonly query: Readonly<Record<string, unknown>>;
}

export interface ProvidedQuery extends Provided {
  readonly description: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Dashboards have their place beside these three. */
export interface Provisions {
  readonly metrics: Readonly<Record<string, ProvidedMetric>>;
  readonly verified_queries: Readonly<Record<string, ProvidedQuestion>>;
  readonly saved_queries: Readonly<Record<string, ProvidedQuery>>;
}

export interface ProjectTemplate {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly entities: Selection;
  readonly metrics: Selection;
  readonly provides: Provisions;
}

let known: readonly ProjectTemplate[] | undefined;

/** All of them, by name. They come with the product, so one that is not right is a bug. */
export const projectTemplates = (): readonly ProjectTemplate[] => {
  known ??= readTemplates(join(packageRoot(), 'src/projects/templates'));
  return known;
};

const readTemplates = (folder: string): readonly ProjectTemplate[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const value = {
        name: file.replace(/\.yaml$/, ''),
        ...(parse(readFileSync(join(folder, file), 'utf8')) as object),
      };
      checkValue({ $ref: '#/$defs/ProjectTemplate' }, value, 'INTERNAL', `The template ${file}`);
      const { provides, ...template } = value as ProjectTemplate;
      return { ...template, provides: { ...{ metrics: {}, verified_queries: {}, saved_queries: {} }, ...provides } };
    });
