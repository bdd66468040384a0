/** What an entity was compiled from, and whether an edit changed it: for itself, or for those that consulted it. */
import { childOf, plainValue } from '../load/yaml-node.js';
import type { EntityDeclaration } from './declarations.js';
import type { SourceTables } from './source-columns.js';
import type { InverseJoin } from './world.js';

const sameInverse = (a: InverseJoin, b: InverseJoin | undefined): boolean =>
  b !== undefined &&
  a.from === b.from &&
  (a.join === b.join || JSON.stringify(plainValue(a.join.body)) === JSON.stringify(plainValue(b.join.body)));

const sameInverses = (a: ReadonlyMap<string, InverseJoin>, b: ReadonlyMap<string, InverseJoin>): boolean =>
  a === b || (a.size === b.size && [...a].every(([name, inverse]) => sameInverse(inverse, b.get(name))));

/** What an entity rests on besides others. */
export interface Footing {
  readonly declaration: EntityDeclaration;
  readonly inverses: ReadonlyMap<string, InverseJoin>;
  readonly tables: SourceTables | null;
}

/** Whether an entity would compile to what it did. */
export const sameFooting = (a: Footing | undefined, b: Footing | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.declaration === b.declaration &&
    a.tables === b.tables &&
    sameInverses(a.inverses, b.inverses));

/** What other entities can have been told: measures and descriptions are not among it. */
const outsideKeys = ['entity', 'table', 'sql', 'connection', 'key', 'joins', 'dimensions'] as const;

/** Whether what others were told of an entity still holds. */
export const looksSame = (a: Footing | undefined, b: Footing | undefined): boolean => {
  if (a === undefined || b === undefined || a.tables !== b.tables || !sameInverses(a.inverses, b.inverses))
    return false;
  return outsideKeys.every((key) => {
    const [one, other] = [childOf(a.declaration.body, key), childOf(b.declaration.body, key)];
    return (
      one === other ||
      (one !== undefined &&
        other !== undefined &&
        JSON.stringify(plainValue(one)) === JSON.stringify(plainValue(other)))
    );
  });
};
