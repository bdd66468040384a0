/** What is drawn while one random statement is written: chances, names in their spellings, columns in sight. */
import fc from 'fast-check';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { aliasNames, type Feature, type Field, featuresOf, type Kind } from './random-words.js';

/** Something in FROM. */
export interface Range {
  readonly alias: string;
  readonly fields: readonly Field[];
}

export class RandomWriter {
  readonly #draw: fc.GeneratorValue;
  readonly dialect: TextDialect;
  /** Common tables in sight, by name. */
  common: ReadonlyMap<string, readonly Field[]> = new Map();
  /** Names in ON need their table: what is on the other side has the same columns. */
  isJoining = false;
  #made = 0;

  constructor(draw: fc.GeneratorValue, dialect: TextDialect) {
    this.#draw = draw;
    this.dialect = dialect;
  }

  upTo(most: number): number {
    return this.#draw(fc.nat, { max: most });
  }

  /** Never for 0, so that what is optional goes when a failure is made small. */
  chance(percent: number): boolean {
    return this.upTo(99) > 99 - percent;
  }

  one<T>(from: readonly T[]): T {
    return from[this.upTo(from.length - 1)]!;
  }

  has(feature: Feature): boolean {
    return featuresOf[this.dialect].has(feature);
  }

  /** The engine has it, and this statement uses it. */
  uses(feature: Feature, percent: number): boolean {
    return this.has(feature) && this.chance(percent);
  }

  /** A name in one of the spellings that mean the same. */
  name(name: string): string {
    const quote = this.dialect === 'mysql' || this.dialect === 'clickhouse' ? '`' : '"';
    if (this.chance(10)) return `${quote}${name}${quote}`;
    if (this.has('strict names') || !this.chance(10)) return name;
    const odd = name.toUpperCase();
    return this.dialect === 'postgres' || this.chance(50) ? odd : `${quote}${odd}${quote}`;
  }

  alias(taken: readonly Range[]): string {
    const name = this.one(aliasNames);
    return taken.some(({ alias }) => alias === name) ? this.fresh('s') : name;
  }

  /** A name that nothing else has. */
  fresh(stem: string): string {
    this.#made += 1;
    return `${stem}${this.#made}`;
  }

  /** A column in one of its spellings; `null` when none is of the kind. */
  field(ranges: readonly Range[], kind?: Kind): string | null {
    const fit = ranges.flatMap(({ alias, fields }) =>
      fields.filter((field) => kind === undefined || field.kind === kind).map((field) => ({ alias, field })),
    );
    if (fit.length === 0) return null;
    const { alias, field } = this.one(fit);
    const isAlone = fit.filter((other) => other.field.name === field.name).length === 1 && ranges.length === 1;
    return !this.isJoining && isAlone && this.chance(40)
      ? this.name(field.name)
      : `${this.name(alias)}.${this.name(field.name)}`;
  }

  /** Every column, with its table. */
  everything(ranges: readonly Range[]): string {
    return ranges.flatMap(({ alias, fields }) => fields.map(({ name }) => `${alias}.${name}`)).join(', ');
  }

  /** Writes with these common tables in sight, and forgets them again. */
  within<T>(common: ReadonlyMap<string, readonly Field[]>, write: () => T): T {
    const outside = this.common;
    this.common = common;
    const written = write();
    this.common = outside;
    return written;
  }
}
