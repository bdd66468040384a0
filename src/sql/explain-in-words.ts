import type { PreparedSql } from '../pipeline/prepared.js';
import type { TableProof } from '../pipeline/proof.js';

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const masked = (masks: TableProof['masks']): string => {
  const names = Object.entries(masks).map(([column, kind]) => `${column} (${kind})`);
  return names.length === 0 ? '' : ` Masked: ${listed(names)}.`;
};

/** What was put in the place of a table, in a sentence or three. */
const tableInWords = ({ table, policies, predicates, masks, whole }: TableProof): string => {
  if (policies.length === 0 && whole) return `${table}: open to everybody who may ask here.`;
  const which = predicates.length === 0 ? '' : ` (${predicates.join('; ')})`;
  const rows = whole ? 'all rows' : `only rows that the policies permit${which}`;
  if (policies.length === 0) return `${table}: ${rows}.${masked(masks)}`;
  const by = policies.length === 1 ? `policy ${policies[0]}` : `policies ${listed(policies)}`;
  return `${table}: ${rows}, by ${by}.${masked(masks)}`;
};

/** A statement's policies in words, a line each: every table once, then what else was done to it and why. */
export const explainInWords = ({ told, barrier }: Pick<PreparedSql, 'told' | 'barrier'>): readonly string[] => {
  const tables = new Map(told.tables.map((table) => [table.table, table]));
  return [
    ...(tables.size === 0 ? ['It reads no table.'] : [...tables.values()].map(tableInWords)),
    ...(barrier === null
      ? []
      : [`Kept back rows are cut off before anything else is computed, because of ${barrier}: that may be slower.`]),
    ...(told.volatile ? ['The clock or chance takes part in it, so its answer is not kept.'] : []),
    `Agreed: ${listed(told.agreed)}.`,
  ];
};
