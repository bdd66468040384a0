import type { Declaration } from './declarations.js';
import type { Finding } from './diagnostic.js';
import type { MetricNames, Resolution } from './metric-names.js';
import { type MetricSummary, MetricUnit, type MetricWorld } from './metric-unit.js';

/** Metrics are built on metrics so many times over, at most. */
const deepestMetric = 60;

const sameMeaning = (a: Resolution, b: Resolution): boolean =>
  a.kind === b.kind &&
  (a.kind === 'metric' && b.kind === 'metric'
    ? a.declaration === b.declaration
    : a.kind === 'measure' && b.kind === 'measure'
      ? a.unit === b.unit && a.declaration === b.declaration
      : false);

/** Whether each name that a metric is built on still means what it did. */
const stillMeans = (unit: MetricUnit, names: MetricNames, isValid: (name: string) => boolean): boolean => {
  for (const [key, meaning] of unit.meanings) {
    const now = key.startsWith('=') ? names.resolveMeasure(key.slice(1)) : names.resolve(key);
    if (!sameMeaning(meaning, now) || (now.kind === 'metric' && !isValid(key))) return false;
  }
  return true;
};

/** A metric that is the measure of its name, and no more, hides nothing. */
const checkShadow = (
  name: string,
  { metric, declaration }: MetricUnit,
  names: MetricNames,
  findings: Finding[],
): void => {
  if (metric === null || !names.hasMeasure(name)) return;
  if (metric.kind === 'simple' && metric.where === null && metric.measure.measure === name) return;
  const found = names.resolveMeasure(name);
  const choices =
    found.kind === 'measure' ? [`${found.unit.name}.${name}`] : found.kind === 'ambiguous' ? found.choices : [];
  findings.push({
    code: 'METRIC_SHADOWS_MEASURE',
    message: `the measure of this name is reached as ${choices.map((choice) => `\`${choice}\``).join(' or ')} only; rename one`,
    place: { source: declaration.source, ...declaration.at },
  });
};

/**
 * Compiles metrics, each after those that it is built on.
 * @param before the units of the last time; one that still means the same is kept
 * @param mayExist whether a name may be declared in a file that could not be read
 * @returns the units by name, and how many of them are new
 */
export const compileMetrics = (
  metrics: ReadonlyMap<string, Declaration>,
  names: MetricNames,
  before: ReadonlyMap<string, MetricUnit>,
  mayExist: (name: string) => boolean,
  findings: Finding[],
): { readonly units: ReadonlyMap<string, MetricUnit>; readonly checked: number } => {
  const units = new Map<string, MetricUnit>();
  const compiling: string[] = [];
  const validity = new Map<string, boolean>();
  const isValid = (name: string, depth: number): boolean => {
    const known = validity.get(name);
    if (known !== undefined) return known;
    const unit = before.get(name);
    validity.set(name, false);
    const valid =
      unit !== undefined &&
      depth < deepestMetric &&
      unit.findings.length === 0 &&
      unit.declaration === metrics.get(name) &&
      stillMeans(unit, names, (key) => isValid(key, depth + 1));
    validity.set(name, valid);
    return valid;
  };
  let checked = 0;
  const compileOne = (name: string, declaration: Declaration): MetricUnit => {
    const done = units.get(name);
    if (done !== undefined) return done;
    if (isValid(name, 0)) {
      const kept = before.get(name)!;
      units.set(name, kept);
      return kept;
    }
    checked += 1;
    const unit = new MetricUnit(declaration, world);
    compiling.push(name);
    unit.compile();
    compiling.pop();
    units.set(name, unit);
    return unit;
  };
  const world: MetricWorld = {
    names,
    mayExist,
    compiling,
    summary: (name): MetricSummary | null | 'cycle' => {
      const declaration = metrics.get(name);
      if (declaration === undefined) return null;
      if (compiling.includes(name) || compiling.length > deepestMetric) return 'cycle';
      return compileOne(name, declaration).summary;
    },
  };
  for (const [name, declaration] of metrics) {
    const unit = compileOne(name, declaration);
    if (unit.findings.length > 0) findings.push(...unit.findings);
    checkShadow(name, unit, names, findings);
  }
  return { units, checked };
};
