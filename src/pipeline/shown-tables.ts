/** Tables and columns as SQL of a subject may name them. */
import type { DialectName } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import type { GovernedPlanning } from '../../semantic/policy/plan-options.js';
import type { ShownTable } from '../../semantic/prompt/compile-context.js';
import { pathOf } from './proof.js';

interface Asked {
  readonly dialect: DialectName;
  readonly now: number;
  readonly lineages: Lineages;
}

const known = new WeakMap<GovernedPlanning, readonly ShownTable[]>();

export const shownTables = (
  model: Model,
  subject: Subject,
  governed: GovernedPlanning,
  { dialect, now, lineages }: Asked,
): readonly ShownTable[] => {
  let tables = known.get(governed);
  if (tables === undefined) {
    const options = { dialect, now: new Date(now), lineages };
    tables = Object.values(governed.listed().entities).flatMap(({ name, from, hidden }): ShownTable[] => {
      if (hidden || from.kind !== 'table') return [];
      const permission = permittedRelation(model, from, subject, options);
      if (permission.kind !== 'permitted') return [];
      const columns = permission.columns.map(({ name: column, type, masked }) => ({ name: column, type, masked }));
      return [{ table: pathOf(from), entity: name, columns }];
    });
    known.set(governed, tables);
  }
  return tables;
};
