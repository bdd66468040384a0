/**
 * What of a profile its reader may know. It was made of the rows that somebody else sees, so figures and values are shown only of
 * tables of which the reader may see every row, and of columns that the reader sees as they are; names only of what is open at all.
 */
import type { DialectName } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { planOptionsFor } from '../../semantic/policy/plan-options.js';
import type { ColumnProfile, TableProfile } from './profile.js';
import { entitiesOf } from './profile-connection.js';

export interface Looking {
  readonly model: Model;
  readonly subject: Subject;
  readonly lineages: Lineages;
  readonly dialect: DialectName;
  readonly now: number;
  readonly connection: string;
  readonly defaultConnection: string | null;
}

export interface VisibleTable extends TableProfile {
  /** Entities of the reader's model that stand on it. */
  readonly entities: readonly string[];
  /** Whether figures and values are shown. */
  readonly whole: boolean;
}

interface Access {
  readonly entities: readonly string[];
  /** By column that is open: whether it is seen as it is. */
  readonly columns: ReadonlyMap<string, boolean>;
  readonly whole: boolean;
}

const accessTo = (looking: Looking, { schema, name }: Pick<TableProfile, 'schema' | 'name'>): Access | null => {
  const { model, subject, lineages, dialect, now, connection, defaultConnection } = looking;
  const options = { dialect, now: new Date(now), lineages };
  const governed = planOptionsFor(model, subject, options);
  const listed = governed.listed().entities;
  const place = { name, ...(schema !== null && { schema }) };
  const entities = entitiesOf(model, place, connection, defaultConnection);
  const open = entities.filter((entity) => listed[entity.name] !== undefined && !listed[entity.name]!.hidden);
  const [first] = open;
  if (first === undefined || first.from.kind !== 'table') return null;
  const permission = permittedRelation(model, first.from, subject, options);
  if (permission.kind !== 'permitted') return null;
  return {
    entities: open.map((entity) => entity.name),
    columns: new Map(permission.columns.map((column) => [column.name, !column.masked])),
    whole: permission.whole && entities.every((entity) => governed.aggregatesOf(entity.name).length === 0),
  };
};

/** Whether somebody may see every row of a table. */
export const seesAll = (looking: Looking, table: Pick<TableProfile, 'schema' | 'name'>): boolean =>
  accessTo(looking, table)?.whole === true;

const withoutFigures = (column: ColumnProfile): ColumnProfile => ({
  ...column,
  ...{ strategy: 'skip', nulls: null, distinct: null, values: [] },
});

export const visibleTables = (looking: Looking, tables: readonly TableProfile[]): readonly VisibleTable[] => {
  const keyOf = (schema: string | null, name: string): string => JSON.stringify([schema, name]);
  const accesses = new Map(tables.map((table) => [keyOf(table.schema, table.name), accessTo(looking, table)]));
  return tables.flatMap((table): VisibleTable[] => {
    const access = accesses.get(keyOf(table.schema, table.name)) ?? null;
    if (access === null) return [];
    const { whole, entities } = access;
    const isOpen = (column: string): boolean => access.columns.has(column);
    const hasKey = table.key.every(isOpen);
    return [
      {
        ...table,
        ...{ entities, whole },
        ...(whole ? {} : { rows: null, counted: false, sampled: 0, unread: null }),
        key: hasKey ? table.key : [],
        key_by: hasKey ? table.key_by : null,
        // What was counted is in the sentence.
        key_evidence: hasKey && (whole || table.key_by === 'declared') ? table.key_evidence : null,
        references: table.references.flatMap((one) => {
          const other = accesses.get(keyOf(one.to_schema, one.to_table)) ?? null;
          if (other === null || !one.columns.every(isOpen)) return [];
          if (!one.to_columns.every((column) => other.columns.has(column))) return [];
          if (one.by === 'declared') return [one];
          // That values of one are in the other says something of the rows of both.
          return whole && other.whole ? [one] : [];
        }),
        columns: table.columns
          .filter(({ name }) => isOpen(name))
          .map((column) => (whole && access.columns.get(column.name) === true ? column : withoutFigures(column))),
      },
    ];
  });
};
