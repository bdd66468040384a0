/**
 * A project's part of a model beside a model that never had the rest: every query has the same statement in both, or the same
 * refusal, to the word.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { modelWithin, onlyWithin } from '../../semantic/model/view.js';
import { createPlanner } from '../../semantic/plan/create-planner.js';
import { knownColumns } from '../../semantic/policy/table-columns.js';
import type { AuthoredEntity, AuthoredMetric, AuthoredModel, ReferenceQuery } from '../reference/authored-model.js';
import { buildModel, modelBlueprint } from './arbitrary-model.js';
import { buildQuery, clocks, queryBlueprint } from './arbitrary-query.js';
import { yamlOf } from './ask-planner.js';
import { freshSeed } from './fresh-seed.js';
import { choice, pick } from './pick.js';

type Members = Readonly<Record<string, unknown>>;

const wordsIn = (value: unknown): readonly string[] => JSON.stringify(value ?? null).match(/[\p{L}_][\w]*/gu) ?? [];

const kept = <T extends Members>(members: T | undefined, keep: (value: unknown) => boolean): T =>
  Object.fromEntries(Object.entries(members ?? {}).filter(([, value]) => keep(value))) as T;

/** Without what is computed from other entities, so that any part of the model stands by itself. */
const localEntity = (entity: AuthoredEntity): AuthoredEntity => {
  const walks = new Set(Object.keys(entity.joins ?? {}));
  const isLocal = (value: unknown): boolean =>
    wordsIn(value).every((word) => !walks.has(word)) && !/\w\.\w/.test(JSON.stringify(value));
  const dimensions = kept(entity.dimensions, isLocal);
  const lost = new Set(Object.keys(entity.dimensions ?? {}).filter((name) => !Object.hasOwn(dimensions, name)));
  const stands = (value: unknown): boolean => isLocal(value) && wordsIn(value).every((word) => !lost.has(word));
  return {
    ...entity,
    dimensions,
    measures: kept(entity.measures, stands),
    filters: kept(entity.filters, stands),
    hierarchies: kept(entity.hierarchies, (value) => wordsIn(value).every((word) => !lost.has(word))),
  };
};

/** The entities of the model that are chosen, and of the metrics those that stand on them alone. */
const partOf = (model: AuthoredModel, chosen: ReadonlySet<string>, unlisted: ReadonlySet<string>): AuthoredModel => {
  const entities = Object.fromEntries(
    Object.entries(model.entities)
      .filter(([name]) => chosen.has(name))
      .map(([name, entity]) => {
        const joins = kept(entity.joins, (value) => {
          const { to, through } = value as { readonly to: string; readonly through?: unknown };
          const bridge = typeof through === 'string' ? through : (through as { entity: string } | undefined)?.entity;
          return chosen.has(to) && (bridge === undefined || chosen.has(bridge));
        });
        const hierarchies = kept(entity.hierarchies, (value) => {
          const { parent } = value as { readonly parent?: string };
          return parent === undefined || Object.hasOwn(joins, parent);
        });
        return [name, { ...entity, joins, hierarchies }];
      }),
  );
  let metrics: Readonly<Record<string, AuthoredMetric>> = kept(model.metrics, () => true);
  metrics = Object.fromEntries(Object.entries(metrics).filter(([name]) => !unlisted.has(name)));
  for (;;) {
    const { project } = model;
    const part = { ...(project && { project }), entities, metrics };
    const { diagnostics } = compile(new Map([['model.yaml', yamlOf(part)]]));
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return part;
    const lines = yamlOf(part).split('\n');
    const wrong = Object.keys(metrics).filter((name) => {
      const at = lines.indexOf(`  ${name}:`) + 1;
      const after = lines.findIndex((line, index) => index >= at && /^ {0,2}\S/.test(line));
      return errors.some(({ line }) => line >= at && (after < 0 || line <= after));
    });
    if (wrong.length === 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    metrics = Object.fromEntries(Object.entries(metrics).filter(([name]) => !wrong.includes(name)));
  }
};

/** A measure of each entity by a dimension of each other one: by whatever way there is. */
const acrossOf = ({ entities }: AuthoredModel): readonly ReferenceQuery[] =>
  Object.entries(entities).flatMap(([from, { measures = {} }]) =>
    Object.entries(entities).flatMap(([to, { dimensions = {} }]) => {
      const [[measure] = [], [dimension] = []] = [Object.keys(measures), Object.keys(dimensions)];
      if (measure === undefined || dimension === undefined || from === to) return [];
      return [{ metrics: [`${from}.${measure}`], dimensions: [`${to}.${dimension}`] }];
    }),
  );

const compiled = (authored: AuthoredModel): Model => {
  const { model, diagnostics } = compile(new Map([['model.yaml', yamlOf(authored)]]));
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return model;
};

const outcome = (plan: ReturnType<typeof createPlanner>['plan'], query: ReferenceQuery, now: number): unknown => {
  try {
    const { text, parameters, columns, notes, totals } = plan(query, {
      dialect: 'duckdb',
      features: { timeZones: true },
      now,
    });
    return { text, parameters, columns, notes, totals: totals?.text ?? null };
  } catch (error) {
    if (!(error instanceof DataMindError)) throw error;
    const { code, message, details } = error;
    return { code, message, hint: details.hint, suggestions: details.suggestions, at: details.at };
  }
};

const blueprint = fc.record({
  queries: fc.array(queryBlueprint, { minLength: 4, maxLength: 12, size: 'max' }),
  model: modelBlueprint,
  clock: choice,
  entities: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  metrics: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
});

const isLong = process.env.DATAMIND_TEST_LONG === '1';

describe('a project', function () {
  this.timeout(isLong ? 600_000 : 30_000);
  it('is planned for as if the rest of the model had never been', () => {
    let answered = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.noBias(blueprint), ({ model: drawn, queries, clock, entities, metrics }) => {
        const built = buildModel(drawn).model;
        const model: AuthoredModel = {
          ...built,
          entities: Object.fromEntries(Object.entries(built.entities).map(([name, one]) => [name, localEntity(one)])),
        };
        const chosen = new Set(Object.keys(model.entities).filter((_, index) => entities[index] === true));
        if (chosen.size === 0) return;
        const unlisted = new Set(Object.keys(model.metrics ?? {}).filter((_, index) => metrics[index] === true));
        const whole = partOf(model, new Set(Object.keys(model.entities)), new Set());
        const part = partOf(whole, chosen, unlisted);
        const never = compiled(part);
        const view = modelWithin(compiled(whole), {
          project: 'p',
          entities: [...chosen],
          metrics: Object.keys(part.metrics ?? {}),
        });
        const [inView, alone] = [createPlanner(view), createPlanner(never)];
        const now = Date.parse(pick(clocks, clock));
        const random = queries.flatMap((one) => [buildQuery(whole, one), buildQuery(part, one)]);
        for (const query of [...random, ...acrossOf(part)]) {
          const expected = outcome(alone.plan, query, now);
          expect(outcome(inView.plan, query, now), JSON.stringify(query)).to.deep.equal(expected);
          if (Object.hasOwn(expected as object, 'code')) refused += 1;
          else answered += 1;
        }
        // What SQL text may name.
        for (const name of chosen) {
          expect(knownColumns(onlyWithin(view), onlyWithin(view).entities[name]!)).to.deep.equal(
            knownColumns(never, never.entities[name]!),
          );
        }
        const { entities: listed, metrics: listedMetrics } = onlyWithin(view);
        expect(Object.keys(listed)).to.deep.equal(Object.keys(never.entities));
        expect(Object.keys(listedMetrics)).to.deep.equal(Object.keys(never.metrics));
      }),
      { seed: freshSeed(), numRuns: isLong ? 3_000 : 25 },
    );
    expect(answered).to.be.greaterThan(isLong ? 5_000 : 40);
    expect(refused).to.be.greaterThan(isLong ? 5_000 : 40);
  });

  it('is not walked through where its entities lie on both sides of what is outside', () => {
    const chain = (entities: readonly string[]): Model =>
      compiled(
        Object.fromEntries([
          [
            'entities',
            Object.fromEntries(
              entities.map((name, index) => [
                name,
                {
                  table: name,
                  key: 'id',
                  dimensions: { [`${name}_name`]: { type: 'string' } },
                  measures: { [`${name}_count`]: { count: '*' } },
                  ...(index + 1 < entities.length && {
                    joins: { next: { to: entities[index + 1], on: { next_id: 'id' } } },
                  }),
                },
              ]),
            ),
          ],
        ]) as unknown as AuthoredModel,
      );
    const whole = chain(['lines', 'orders', 'customers']);
    const view = modelWithin(whole, { project: 'p', entities: ['lines', 'customers'], metrics: [] });
    const by = (dimension: string) =>
      outcome(createPlanner(view).plan, { metrics: ['lines_count'], dimensions: [dimension] }, 0);
    expect(by('customers.customers_name')).to.include({ code: 'NO_PATH' });
    expect(by('next.next.customers_name')).to.include({ code: 'UNKNOWN_MEMBER' });
    expect(by('lines.lines_name')).to.have.property('text');
  });
});
