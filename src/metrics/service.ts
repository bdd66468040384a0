import { DataMindError } from '../../core/errors/datamind-error.js';
import type { FormulaExpr, Measure, Metric, Model } from '../../semantic/model/model.js';
import { mentionsOutside } from '../../semantic/policy/outside-names.js';
import { assertPrecondition, etagOf } from '../api/entity-tag.js';
import { describedOf, findItem, type Item, toldPlaces, visibleEntities } from '../catalogue/service.js';
import type { ModelSource } from '../models/model-source.js';
import type { ImportedMetric } from './import-csv.js';

export interface MetricItem extends Item {
  readonly kind: Metric['kind'] | 'measure';
}

/** How a metric's text is found and changed in a file; comments elsewhere in the file stay. */
export interface MetricEditor {
  /** What stands at `metrics.<name>` in the file; `undefined` when nothing does. */
  read(text: string, name: string): Readonly<Record<string, unknown>> | undefined;
  /** The file with `metrics.<name>` set, or removed when the definition is `null`. */
  write(text: string, name: string, definition: Readonly<Record<string, unknown>> | null): string;
}

/** Where new metrics go. */
const home = 'metrics.yaml';

type Headers = Parameters<typeof assertPrecondition>[0];
type Definition = Readonly<Record<string, unknown>>;

const metricsOf = (formula: FormulaExpr): readonly string[] => {
  switch (formula.kind) {
    case 'number':
      return [];
    case 'metric':
      return [formula.metric];
    case 'binary':
      return [...metricsOf(formula.left), ...metricsOf(formula.right)];
    case 'negate':
      return metricsOf(formula.operand);
    case 'call':
      return formula.args.flatMap(metricsOf);
  }
};

const refOf = ({ entity, measure }: { readonly entity: string; readonly measure: string }): string =>
  `${entity}.${measure}`;

const dependsOn = (metric: Metric): readonly string[] => {
  switch (metric.kind) {
    case 'simple':
      return [refOf(metric.measure)];
    case 'ratio':
      return [metric.numerator, metric.denominator];
    case 'formula':
      return [...new Set(metricsOf(metric.expr))];
    case 'cumulative':
    case 'change':
      return [metric.metric];
    case 'conversion':
      return [refOf(metric.base), refOf(metric.conversion)];
  }
};

const ofMetric = (model: Model, metric: Metric): MetricItem => ({
  ...describedOf(metric),
  kind: metric.kind,
  ...{ entity: null, unit: metric.unit, format: metric.format },
  ...{ depends_on: dependsOn(metric).filter((name) => !mentionsOutside(model, name)) },
});

const ofMeasure = (entity: string, measure: Measure, name: string): MetricItem => ({
  ...describedOf(measure, name),
  kind: 'measure',
  ...{ entity, unit: measure.unit, format: measure.format, depends_on: [] },
});

const listed = new WeakMap<Model, readonly MetricItem[]>();

/** Metrics, then measures: under their bare name where a query would find them by it, else as `entity.measure`. */
export const metricItems = (model: Model): readonly MetricItem[] => {
  const known = listed.get(model);
  if (known !== undefined) return known;
  const owners = new Map<string, number>();
  for (const { measures } of Object.values(model.entities)) {
    for (const name of Object.keys(measures)) owners.set(name, (owners.get(name) ?? 0) + 1);
  }
  const bare = (name: string): boolean => owners.get(name) === 1 && !Object.hasOwn(model.metrics, name);
  const items = toldPlaces(model, [
    ...Object.values(model.metrics)
      .filter(({ hidden }) => !hidden)
      .map((metric) => ofMetric(model, metric)),
    ...visibleEntities(model).flatMap((entity) =>
      Object.values(entity.measures)
        .filter(({ hidden }) => !hidden)
        .map((measure) =>
          ofMeasure(entity.name, measure, bare(measure.name) ? measure.name : `${entity.name}.${measure.name}`),
        ),
    ),
  ]);
  listed.set(model, items);
  return items;
};

const measuresAreElsewhere = (name: string): DataMindError =>
  new DataMindError(
    'READ_ONLY',
    `"${name}" is a measure of an entity; change it in the entity’s file (semantic/models).`,
  );

export interface MetricService {
  etag(): string;
  /** @param shown the model as whoever asks may know it */
  one(name: string, shown: Model): Promise<MetricItem & { readonly definition: Definition | null }>;
  create(name: string, definition: Definition): Promise<void>;
  replace(name: string, definition: Definition, headers: Headers): Promise<void>;
  remove(name: string, headers: Headers): Promise<void>;
  importAll(metrics: readonly ImportedMetric[], write: boolean): Promise<void>;
}

export const createMetricService = (models: ModelSource, editor: MetricEditor, by: string): MetricService => {
  const etag = (): string => etagOf(models.model().hash);
  const authored = (name: string): Metric => {
    const { metrics } = models.model();
    if (Object.hasOwn(metrics, name)) return metrics[name]!;
    const item = findItem(metricItems(models.model()), name, 'metrics');
    throw measuresAreElsewhere(item.name);
  };
  const edited = (name: string, definition: Definition | null, headers: Headers): Promise<unknown> => {
    const { source } = authored(name);
    return models.change(
      source.file,
      (file) => {
        assertPrecondition(headers, etag());
        if (file === null || editor.read(file.text, name) === undefined) {
          throw new DataMindError('CONFLICT', `The metric "${name}" is no longer in ${source.file}; read it again.`);
        }
        return editor.write(file.text, name, definition);
      },
      by,
    );
  };
  const added = (text: string, { name, definition }: { name: string; definition: Definition }): string => {
    const { metrics } = models.model();
    const taken = Object.hasOwn(metrics, name) || editor.read(text, name) !== undefined;
    if (taken)
      throw new DataMindError('CONFLICT', `There is a metric "${name}" already; replace it with PUT.`, { at: name });
    return editor.write(text, name, definition);
  };
  return {
    etag,
    one: async (name, shown) => {
      const item = findItem(metricItems(shown), name, 'metrics');
      const place = item.kind === 'measure' ? undefined : shown.metrics[item.name]?.source.file;
      const file = place === undefined ? null : await models.file(place);
      const definition = file === null ? null : (editor.read(file.text, item.name) ?? null);
      const tells = definition !== null && mentionsOutside(shown, JSON.stringify(definition));
      return { ...item, definition: tells ? null : definition };
    },
    create: async (name, definition) => {
      models.model();
      await models.change(home, (file) => added(file?.text ?? '', { name, definition }), by);
    },
    replace: async (name, definition, headers) => {
      await edited(name, definition, headers);
    },
    remove: async (name, headers) => {
      await edited(name, null, headers);
    },
    importAll: async (metrics, write) => {
      models.model();
      const addAll = (text: string): string => metrics.reduce(added, text);
      if (write) {
        await models.change(home, (file) => addAll(file?.text ?? ''), by);
        return;
      }
      const text = addAll((await models.file(home))?.text ?? '');
      const { model, diagnostics } = await models.preview(new Map([[home, text]]));
      if (model !== null) return;
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      throw new DataMindError('MODEL_INVALID', 'With these metrics the model has errors.', { errors });
    },
  };
};
