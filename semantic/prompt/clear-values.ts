/** Of which columns and dimensions a value may stand in a prompt: neither personal nor masked for the subject. */
import { matchName } from '../../core/pii/match-name.js';
import type { Dimension, Entity, Model } from '../model/model.js';
import type { GovernedPlanning } from '../policy/plan-options.js';
import { columnsRead } from '../policy/table-columns.js';

export interface Clear {
  /** Whether values of the dimension may be said. */
  mayShow(entity: Pick<Entity, 'name'>, dimension: Pick<Dimension, 'name'>): boolean;
  /** Whether the subject sees the column as it is. */
  isAsIs(entity: string, column: string): boolean;
}

/** By its class, or by its name where nobody has classified it. */
const isPersonal = (entity: Entity, { pii, pii_none, name, type }: Dimension): boolean =>
  pii !== null || (pii_none !== true && matchName(name, { owner: entity.name, type })?.strength === 'certain');

/** What is computed from a personal column is as personal, unless its author says that it is not. */
export const clearColumns = (whole: Model, governed: GovernedPlanning): Clear => {
  const keyOf = (entity: Entity, column: string): string =>
    JSON.stringify([governed.tableOf(entity.name), column.toLowerCase()]);
  const dimensions = Object.values(whole.entities).flatMap((entity) =>
    Object.values(entity.dimensions).map((dimension) => ({
      entity,
      dimension,
      reads: columnsRead(whole, entity, dimension.expr),
    })),
  );
  const personal = new Set(
    dimensions.flatMap(({ entity, dimension, dimension: { column }, reads }) =>
      !isPersonal(entity, dimension)
        ? []
        : reads.filter((read) => column === null || read.column === column).map((r) => keyOf(r.entity, r.column)),
    ),
  );
  const isAsIs = (entity: string, column: string): boolean => governed.nameAsIs(entity, column) === column;
  const shown = new Set(
    dimensions
      .filter(({ entity, dimension, reads }) => {
        const isSomebodys =
          isPersonal(entity, dimension) ||
          (dimension.pii_none !== true && reads.some((read) => personal.has(keyOf(read.entity, read.column))));
        return !isSomebodys && reads.every((read) => isAsIs(read.entity.name, read.column));
      })
      .map(({ entity, dimension }) => `${entity.name}.${dimension.name}`),
  );
  return { isAsIs, mayShow: (entity, { name }) => shown.has(`${entity.name}.${name}`) };
};
