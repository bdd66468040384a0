import { didYouMean } from '../../core/config/did-you-mean.js';
import type { Catalogue, CatalogueColumn, CatalogueTable } from '../../core/plugin/contract.js';
import type { LogicalType } from '../../core/result/column.js';
import type { ValueType } from '../../core/sql/expression.js';
import type { EntitySource } from '../model/model.js';
import { type Lineage, readLineage, relationsIn } from '../policy/lineage.js';

const valueTypes: Readonly<Record<LogicalType, ValueType>> = {
  boolean: 'boolean',
  integer: 'number',
  bigint: 'number',
  decimal: 'number',
  float: 'number',
  string: 'string',
  uuid: 'string',
  date: 'date',
  time: 'unknown',
  timestamp: 'timestamp',
  timestamptz: 'instant',
  interval: 'unknown',
  binary: 'unknown',
  json: 'unknown',
  array: 'unknown',
  unknown: 'unknown',
};

/** The columns of a table, as a catalogue tells them. */
export class SourceColumns {
  readonly table: CatalogueTable;
  readonly #byName: ReadonlyMap<string, CatalogueColumn>;
  readonly #byLowerName: ReadonlyMap<string, CatalogueColumn | null>;

  constructor(table: CatalogueTable) {
    this.table = table;
    this.#byName = new Map(table.columns.map((column) => [column.name, column]));
    const lower = new Map<string, CatalogueColumn | null>();
    for (const column of table.columns) {
      const name = column.name.toLowerCase();
      lower.set(name, lower.has(name) ? null : column);
    }
    this.#byLowerName = lower;
  }

  /** As written; without quotes also in other letters, when only one column has them. */
  find(name: string, quoted = false): { readonly name: string; readonly type: ValueType } | undefined {
    const column = this.#byName.get(name) ?? (quoted ? undefined : this.#byLowerName.get(name.toLowerCase()));
    return column === undefined || column === null ? undefined : { name: column.name, type: valueTypes[column.type] };
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Whether no two rows share these columns, as far as the catalogue tells. */
  isUnique(columns: readonly string[]): boolean {
    const keys = [this.table.primaryKey, ...this.table.uniqueKeys].filter((key) => key.length > 0);
    return keys.some((key) => key.every((column) => columns.includes(column)));
  }
}

/** The tables of one connection. */
export class SourceTables {
  readonly catalogue: Catalogue;
  #lineage: Lineage | undefined;
  readonly #tables: readonly CatalogueTable[];
  readonly #byName = new Map<string, CatalogueTable[]>();
  readonly #columns = new Map<CatalogueTable, SourceColumns>();

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.#tables = catalogue.tables;
    for (const table of catalogue.tables) {
      const name = table.name.toLowerCase();
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), table]);
    }
  }

  /** What its views read. */
  get lineage(): Lineage {
    const { dialect } = this.catalogue;
    this.#lineage ??= readLineage({ dialect, place: null, relations: relationsIn(this.catalogue) });
    return this.#lineage;
  }

  find(from: Extract<EntitySource, { kind: 'table' }>): SourceColumns | undefined {
    const found = (this.#byName.get(from.table.toLowerCase()) ?? []).filter(
      (table) =>
        from.schema === null || table.schema === undefined || table.schema.toLowerCase() === from.schema.toLowerCase(),
    );
    const usual = (table: CatalogueTable): boolean => ['main', 'public', 'default'].includes(table.schema ?? 'main');
    const exact = found.filter((table) => table.name === from.table);
    const candidates = exact.length > 0 ? exact : found;
    const table = candidates.find(usual) ?? candidates[0];
    if (table === undefined) return undefined;
    let columns = this.#columns.get(table);
    if (columns === undefined) {
      columns = new SourceColumns(table);
      this.#columns.set(table, columns);
    }
    return columns;
  }

  suggest(from: Extract<EntitySource, { kind: 'table' }>): string | undefined {
    const spell = (table: CatalogueTable): string =>
      from.schema === null || table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
    const wanted = from.schema === null ? from.table : `${from.schema}.${from.table}`;
    return didYouMean(wanted, this.#tables.map(spell));
  }
}
