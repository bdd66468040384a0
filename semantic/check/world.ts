import type { Cardinality, Project } from '../model/model.js';
import type { Declaration, EntityDeclaration } from './declarations.js';
import type { EntityUnit } from './entity-unit.js';
import type { SourceColumns, SourceTables } from './source-columns.js';

/** A join that another entity declares and names the way back of. */
export interface InverseJoin {
  readonly from: string;
  readonly join: Declaration;
}

/** What a unit may know of the rest of the model. */
export interface World {
  readonly project: Project;
  entity(name: string): EntityUnit | undefined;
  entityNames(): Iterable<string>;
  inverses(entity: string): ReadonlyMap<string, InverseJoin>;
  /** Files that could not be read may declare what is missing: nothing is said about names that occur in them. */
  mayExist(name: string): boolean;
  /** `null` without a catalogue for the entity's connection. */
  tables(declaration: EntityDeclaration): SourceTables | null;
}

export type { SourceColumns };

export const cardinalities: ReadonlySet<string> = new Set<Cardinality>([
  'many_to_one',
  'one_to_one',
  'one_to_many',
  'many_to_many',
]);

/** The same relationship seen from the other side. */
export const reversed: Readonly<Record<Cardinality, Cardinality>> = {
  many_to_one: 'one_to_many',
  one_to_many: 'many_to_one',
  one_to_one: 'one_to_one',
  many_to_many: 'many_to_many',
};

export const isToOne = (cardinality: Cardinality): boolean =>
  cardinality === 'many_to_one' || cardinality === 'one_to_one';
