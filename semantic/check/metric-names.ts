import { didYouMean } from '../../core/config/did-you-mean.js';
import type { Declaration } from './declarations.js';
import type { EntityUnit } from './entity-unit.js';

/** What a metric name means. */
export type Resolution =
  | { readonly kind: 'metric'; readonly declaration: Declaration }
  | { readonly kind: 'measure'; readonly unit: EntityUnit; readonly declaration: Declaration }
  | { readonly kind: 'ambiguous'; readonly choices: readonly string[] }
  | { readonly kind: 'unknown' };

const unknown: Resolution = Object.freeze({ kind: 'unknown' });

/** The names of all metrics and measures: metrics first, then `entity.measure`, then a measure that only one entity has. */
export class MetricNames {
  readonly #metrics: ReadonlyMap<string, Declaration>;
  readonly #entities: ReadonlyMap<string, EntityUnit>;
  readonly #measures = new Map<string, EntityUnit | EntityUnit[]>();

  constructor(metrics: ReadonlyMap<string, Declaration>, entities: ReadonlyMap<string, EntityUnit>) {
    this.#metrics = metrics;
    this.#entities = entities;
    for (const unit of entities.values()) {
      for (const name of unit.declaration.members.measures.keys()) {
        const known = this.#measures.get(name);
        if (known === undefined) this.#measures.set(name, unit);
        else if (Array.isArray(known)) known.push(unit);
        else this.#measures.set(name, [known, unit]);
      }
    }
  }

  resolve(name: string): Resolution {
    const declaration = this.#metrics.get(name);
    return declaration === undefined ? this.resolveMeasure(name) : { kind: 'metric', declaration };
  }

  resolveMeasure(name: string): Resolution {
    const dot = name.indexOf('.');
    if (dot !== -1) {
      const unit = this.#entities.get(name.slice(0, dot));
      return unit === undefined ? unknown : this.#measure(unit, name.slice(dot + 1));
    }
    const found = this.#measures.get(name);
    if (found === undefined) return unknown;
    if (!Array.isArray(found)) return this.#measure(found, name);
    return { kind: 'ambiguous', choices: found.map((unit) => `${unit.name}.${name}`).sort() };
  }

  #measure(unit: EntityUnit, name: string): Resolution {
    const declaration = unit.declaration.members.measures.get(name);
    return declaration === undefined ? unknown : { kind: 'measure', unit, declaration };
  }

  isMetric(name: string): boolean {
    return this.#metrics.has(name);
  }

  hasMeasure(name: string): boolean {
    return this.#measures.has(name);
  }

  suggest(name: string): string | undefined {
    const dot = name.indexOf('.');
    if (dot === -1) return didYouMean(name, [...this.#metrics.keys(), ...this.#measures.keys()]);
    const unit = this.#entities.get(name.slice(0, dot));
    if (unit === undefined) {
      const entity = didYouMean(name.slice(0, dot), this.#entities.keys());
      return entity === undefined ? undefined : `${entity}${name.slice(dot)}`;
    }
    const measure = didYouMean(name.slice(dot + 1), unit.declaration.members.measures.keys());
    return measure === undefined ? undefined : `${unit.name}.${measure}`;
  }
}
