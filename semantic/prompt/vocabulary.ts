/**
 * A model as questions may name it: for one subject, as plain data, with no value that a prompt may not hold. What reads
 * questions without a language model gets it whole; what is written into a prompt is taken from it.
 */
import { lastPart } from '../../core/query/spell-names.js';
import { createHash } from 'node:crypto';
import type { Vocabulary, VocabularyObject } from '../../core/plugin/llm.js';
import type { DialectName } from '../../core/plugin/contract.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Described, Entity, Model, VerifiedQuery } from '../model/model.js';
import type { GovernedPlanning } from '../policy/plan-options.js';
import { plannerOf } from '../policy/planner-of.js';
import { type Clear, clearColumns } from './clear-values.js';
import { createMetricNames } from './metric-names.js';
import { entitiesOf, hierarchiesOf } from './vocabulary-entities.js';
import { metricsOf } from './vocabulary-metrics.js';
import { staleQueries } from './verified-meaning.js';

const describe = ({ label, description, synonyms }: Described, name: string): VocabularyObject => ({
  name,
  label,
  description,
  synonyms,
});

const conditionsIn = (node: unknown): readonly { readonly member: string; readonly values: readonly unknown[] }[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { member, values } = node as { readonly member?: unknown; readonly values?: unknown };
  if (typeof member === 'string') return [{ member, values: Array.isArray(values) ? values : [] }];
  return Object.values(node).flatMap(conditionsIn);
};

/** The last part of a dotted name. */
/** Those that the subject could ask itself, without values of what is personal or masked, and that still mean what was checked. */
const verifiedFor = (
  whole: Model,
  listed: Model,
  { model }: GovernedPlanning,
  dialect: DialectName,
  clear: Clear,
): Vocabulary['verified'] => {
  const hidden = new Set(
    Object.values(listed.entities).flatMap((entity) =>
      Object.values(entity.dimensions).flatMap((dimension) =>
        clear.mayShow(entity, dimension) ? [] : [dimension.name],
      ),
    ),
  );
  const isOpen = ({ query }: VerifiedQuery): boolean => {
    const conditions = conditionsIn(query?.filters);
    if (conditions.some(({ member, values }) => values.length > 0 && hidden.has(lastPart(member)))) return false;
    try {
      const { entities } = plannerOf(model).plan(query, { dialect, features: { timeZones: true }, now: 0 });
      return entities.every((name) => Object.hasOwn(listed.entities, name));
    } catch {
      return false;
    }
  };
  const stale = staleQueries(whole);
  return Object.values(listed.verified_queries)
    .filter(({ name, query, hidden }) => query !== null && !hidden && !stale.has(name))
    .filter(isOpen)
    .map(({ question, query }) => ({ question, query: query as SemanticQuery }));
};

const build = (whole: Model, governed: GovernedPlanning, dialect: DialectName): Vocabulary => {
  const listed = governed.listed();
  const { project } = listed;
  const clear = clearColumns(whole, governed);
  const names = createMetricNames(listed);
  const shown: readonly Entity[] = Object.values(listed.entities).filter(({ hidden }) => !hidden);
  const shownDimensions = new Set(
    shown.flatMap((entity) =>
      Object.values(entity.dimensions)
        .filter((dimension) => !dimension.hidden && clear.mayShow(entity, dimension))
        .map(({ name }) => `${entity.name}.${name}`),
    ),
  );
  const content = {
    currency: project.currency,
    timezone: project.timezone,
    weekStart: project.week_start,
    fiscalYearStart: project.fiscal_year_start,
    ...entitiesOf(whole, shown, names, clear),
    metrics: metricsOf(listed, names, (dimension) => shownDimensions.has(dimension)),
    segments: shown.flatMap(({ name, filters }) =>
      Object.values(filters)
        .filter(({ hidden }) => !hidden)
        .map((filter) => ({ ...describe(filter, `${name}.${filter.name}`), entity: name })),
    ),
    hierarchies: hierarchiesOf(shown),
    glossary: Object.values(listed.glossary)
      .filter(({ hidden }) => !hidden)
      .map((term) => ({ ...describe(term, term.name), refersTo: term.refers_to })),
    verified: verifiedFor(whole, listed, governed, dialect, clear),
  };
  return { hash: createHash('sha256').update(JSON.stringify(content)).digest('hex'), ...content };
};

const known = new WeakMap<GovernedPlanning, Vocabulary>();
const sayable = new WeakMap<GovernedPlanning, ReadonlySet<string>>();

/**
 * Names of the dimensions, `entity.name`, whose values may be said to whatever reads questions: neither personal nor masked.
 */
export const sayableDimensions = (whole: Model, governed: GovernedPlanning): ReadonlySet<string> => {
  let found = sayable.get(governed);
  if (found === undefined) {
    const clear = clearColumns(whole, governed);
    const names = Object.values(governed.listed().entities).flatMap((entity) =>
      Object.values(entity.dimensions).flatMap((dimension) =>
        !dimension.hidden && clear.mayShow(entity, dimension) ? [`${entity.name}.${dimension.name}`] : [],
      ),
    );
    found = new Set(names);
    sayable.set(governed, found);
  }
  return found;
};

/**
 * The same object for the same model and rights, as {@link GovernedPlanning} itself is.
 * @param whole the model that `governed` was made from
 */
export const vocabularyOf = (whole: Model, governed: GovernedPlanning, dialect: DialectName): Vocabulary => {
  let found = known.get(governed);
  if (found === undefined) {
    found = build(whole, governed, dialect);
    known.set(governed, found);
  }
  return found;
};
