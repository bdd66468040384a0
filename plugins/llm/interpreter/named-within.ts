/** Things whose name tells them apart only within what they belong to: room 101 of one hotel, and room 101 of another. */
import type { VocabularyDimension, VocabularyEntity } from 'datamind/contract';
import { calledBy, isNumbered } from './called-by.js';
import type { VocabularyIndex } from './vocabulary-index.js';

export interface Parent {
  /** The join that leads to it. */
  readonly join: string;
  readonly entity: string;
  readonly name: VocabularyDimension;
}

/**
 * What a thing is told with that has a number and no name, where the model shows no key of it and it belongs to one other thing
 * only. `null` where it is told by itself, or it is not known what it belongs to.
 */
export const parentOf = (index: VocabularyIndex, entity: VocabularyEntity): Parent | null => {
  const called = entity.display === null && entity.key.length === 0 ? calledBy(index, entity) : undefined;
  if (called === undefined || !isNumbered(called)) return null;
  const [join, ...others] = entity.joins.filter(({ cardinality, role }) => cardinality === 'many_to_one' && !role);
  const owner = join === undefined || others.length > 0 ? undefined : index.entities.get(join.to);
  if (owner === undefined) return null;
  const name = owner.display === null ? calledBy(index, owner) : index.dimensions.get(owner.display);
  return name === undefined ? null : { join: join!.name, entity: owner.name, name };
};
