/**
 * What a verified query was made of. When a definition that it names means something else, it is no longer what somebody has
 * checked: it is stale, and nobody is answered with it until it is reviewed again.
 */
import { hash } from 'node:crypto';
import type { DialectName } from '../../core/plugin/contract.js';
import { canonicalJson } from '../check/hash-model.js';
import type { Entity, Model, VerifiedQuery } from '../model/model.js';
import { plannerOf } from '../policy/planner-of.js';

type Meant = Pick<VerifiedQuery, 'query' | 'sql'>;

/** What is said for people, and what is only shown, changes no number. */
const spoken: ReadonlySet<string> = new Set([
  ...['label', 'description', 'synonyms', 'owner', 'certified', 'tags', 'hidden', 'meta', 'source'],
  ...['values', 'sample_values', 'format', 'pii', 'pii_none', 'display'],
]);

const meaningful = (part: object): object =>
  Object.fromEntries(Object.entries(part).filter(([key]) => !spoken.has(key)));

/** What names nothing of the model: constants, and what kind of thing a part is. */
const nameless: ReadonlySet<string> = new Set([
  'value',
  'values',
  'kind',
  'type',
  'function',
  'operator',
  'aggregation',
]);

/** Every word of every text in it that may be a name; keys of objects are not the author's, nor is what stands in quotes in SQL. */
const wordsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') {
    const bare = value.replace(/'(?:[^']|'')*'/g, ' ').toLowerCase();
    return bare.match(/[a-z_][a-z0-9_]*/g) ?? [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (nameless.has(key) ? [] : wordsOf(inner)));
};

const memberKinds = ['dimensions', 'measures', 'filters', 'hierarchies'] as const;
const dialects: readonly DialectName[] = ['duckdb', 'postgres', 'sqlite', 'mysql', 'clickhouse'];

/** The entities that the statement reads, those on the way included; none where it cannot be planned. */
const planned = (model: Model, query: VerifiedQuery['query']): readonly string[] => {
  if (query === null) return [];
  for (const dialect of dialects) {
    try {
      return plannerOf(model).plan(query, { dialect, features: { timeZones: true }, now: 0 }).entities;
    } catch {
      // Another dialect may have what this one lacks.
    }
  }
  return [];
};

const isNamed = ({ name, from }: Entity, names: ReadonlySet<string>): boolean =>
  names.has(name) || (from.kind === 'table' && names.has(from.table.toLowerCase()));

/**
 * SHA-256 of the definitions that a query or SQL names, however far they lead: metrics, the members of its entities, where these
 * come from and how they are joined. Rather one too many than one too few.
 */
export const meaningOf = (model: Model, { query, sql }: Meant): string => {
  const { timezone, week_start, fiscal_year_start, connection } = model.project;
  const names = new Set(wordsOf(query ?? sql));
  const reached = new Set(planned(model, query));
  const parts = new Map<string, string>();
  const add = (name: string, part: object): void => {
    if (parts.has(name)) return;
    const meant = meaningful(part);
    parts.set(name, canonicalJson(meant));
    for (const word of wordsOf(meant)) names.add(word);
  };
  let before = -1;
  while (parts.size !== before) {
    before = parts.size;
    for (const metric of Object.values(model.metrics)) {
      if (names.has(metric.name.toLowerCase())) add(`metric ${metric.name}`, metric);
    }
    for (const entity of Object.values(model.entities)) {
      if (!reached.has(entity.name) && !isNamed(entity, names)) continue;
      const { from, connection: at, key, default_time, joins } = entity;
      add(`entity ${entity.name}`, { from, at, key, default_time });
      for (const join of Object.values(joins)) {
        if (reached.has(join.to) || names.has(join.name)) add(`join ${entity.name}.${join.name}`, join);
      }
      for (const kind of memberKinds) {
        for (const [name, member] of Object.entries(entity[kind])) {
          if (names.has(name)) add(`${kind} ${entity.name}.${name}`, member);
        }
      }
    }
  }
  const lines = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${name} ${text}`);
  const settings = JSON.stringify({ timezone, week_start, fiscal_year_start, connection });
  return hash('sha256', [settings, ...lines].join('\n'));
};

const known = new WeakMap<Model, ReadonlySet<string>>();
const origins = new WeakMap<Model, Model>();

/** A model that was made of another, with more in it or less: what was checked was checked on that one. */
export const verifiedOn = (whole: Model, derived: Model): Model => {
  if (derived !== whole) origins.set(derived, whole);
  return derived;
};

/** Names of the verified queries that were checked with other definitions than those of now. */
export const staleQueries = (model: Model): ReadonlySet<string> => {
  const origin = origins.get(model);
  if (origin !== undefined) return staleQueries(origin);
  let found = known.get(model);
  if (found === undefined) {
    const all = Object.values(model.verified_queries);
    const stale = all.filter((one) => one.verified_with !== null && one.verified_with !== meaningOf(model, one));
    found = new Set(stale.map(({ name }) => name));
    known.set(model, found);
  }
  return found;
};
