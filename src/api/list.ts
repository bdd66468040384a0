import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Schema } from './route.js';

/** The query string of every list. */
export const listParameters: Readonly<Record<string, Schema>> = {
  limit: { type: 'integer', minimum: 0, maximum: 1000, default: 100, description: 'How many to show.' },
  offset: { type: 'integer', minimum: 0, default: 0, description: 'How many to pass over.' },
  sort: {
    type: 'string',
    minLength: 1,
    description: 'The field to sort by; with a minus in front for the reverse.',
    examples: ['name', '-label'],
  },
  q: { type: 'string', description: 'Only those whose name, label, description or synonyms hold this text.' },
};

interface Listed {
  readonly name: string;
  readonly label?: string | null;
  readonly description?: string | null;
  readonly synonyms?: readonly string[];
}

const textsOf = ({ name, label, description, synonyms = [] }: Listed): readonly string[] =>
  [name, label, description, ...synonyms].filter((text) => typeof text === 'string').map((text) => text.toLowerCase());

const compare = (a: unknown, b: unknown): number => {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return (a as string) < (b as string) ? -1 : 1;
};

/**
 * One page of a list, by `q`, `sort`, `limit` and `offset`.
 * @throws DataMindError `BAD_REQUEST` for a field that cannot be sorted by
 */
export const listPage = <T extends Listed>(
  all: readonly T[],
  { limit, offset, sort, q }: { limit?: number; offset?: number; sort?: string; q?: string },
): { readonly data: readonly T[]; readonly count: number } => {
  const wanted = q?.toLowerCase();
  const found = wanted ? all.filter((item) => textsOf(item).some((text) => text.includes(wanted))) : [...all];
  const field = sort?.replace(/^-/, '');
  if (field !== undefined && sort !== undefined) {
    const sortable = Object.entries(all[0] ?? { [field]: '' }).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null ? [] : [key],
    );
    if (!sortable.includes(field)) {
      const meant = didYouMean(field, sortable);
      throw new DataMindError('BAD_REQUEST', `The list cannot be sorted by "${field}".`, {
        suggestions: meant === undefined ? sortable : [meant],
        at: 'sort',
      });
    }
    const direction = sort.startsWith('-') ? -1 : 1;
    found.sort((a, b) => direction * compare(a[field as keyof T], b[field as keyof T]));
  }
  return { data: found.slice(offset ?? 0, (offset ?? 0) + (limit ?? found.length)), count: found.length };
};
