import { DataMindError } from '../../core/errors/datamind-error.js';
import type { DialectName, NamePlace } from '../../core/plugin/contract.js';
import type { Select } from '../../core/sql/statement.js';

export interface QualifiedRelation {
  readonly select: Select;
  /** Aliases inside of it, in lower case. */
  readonly aliases: ReadonlySet<string>;
}

/**
 * The relation with every table under its schema, so that no common table of a user can be taken for it.
 *
 * @param only on PostgreSQL: without the tables that inherit from it
 */
export const qualifyTables = (
  relation: Select,
  place: NamePlace,
  dialect: DialectName,
  only = false,
): QualifiedRelation => {
  const aliases = new Set<string>();
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null || node instanceof Date) return node;
    const copy: Record<string, unknown> & Partial<Record<'alias' | 'kind' | 'schema' | 'catalog', unknown>> = {};
    for (const [key, value] of Object.entries(node)) copy[key] = walk(value);
    if (typeof copy.alias === 'string') aliases.add(copy.alias.toLowerCase());
    if (copy.kind === 'table' && 'entity' in copy) {
      copy.schema ??= place.schema;
      if (dialect === 'duckdb') copy.catalog ??= place.catalog;
      if (copy.schema === null)
        throw new DataMindError(
          'INTERNAL',
          'The schema of a table is not known, so no policy can be put in its place.',
        );
    }
    return copy;
  };
  const select = walk(relation) as Select;
  return { select: only ? { ...select, from: { ...select.from, only: true } as Select['from'] } : select, aliases };
};
