import type { Catalogue } from '../../core/plugin/contract.js';
import { SourceText } from '../load/source-text.js';
import type { Finding } from './diagnostic.js';
import { catalogueConnection, readCatalogue } from './read-catalogue.js';
import { SourceTables } from './source-columns.js';

interface RecordedTables {
  readonly text: string;
  readonly tables: SourceTables | null;
  readonly findings: readonly Finding[];
}

/** The tables of each connection: recorded in the folder, or given. What did not change is not read again. */
export class KnownTables {
  #recorded = new Map<string, RecordedTables>();
  readonly #given = new WeakMap<Catalogue, SourceTables>();

  /**
   * @param files text by name; what is no `catalogue*.json` is passed over
   * @param given takes the place of what is recorded, by the connection's name
   * @returns the tables by connection, `''` for the project's; `null` for those that cannot be read
   */
  read(
    files: ReadonlyMap<string, string>,
    given: Readonly<Record<string, Catalogue>>,
    findings: Finding[],
  ): ReadonlyMap<string, SourceTables | null> {
    const tables = new Map<string, SourceTables | null>();
    const recorded = new Map<string, RecordedTables>();
    for (const file of [...files.keys()].sort()) {
      const connection = catalogueConnection(file);
      if (connection === undefined) continue;
      const text = files.get(file)!;
      let known = this.#recorded.get(file);
      if (known?.text !== text) {
        const found: Finding[] = [];
        const catalogue = readCatalogue(new SourceText(file, text), found);
        known = { text, tables: catalogue === null ? null : new SourceTables(catalogue), findings: found };
      }
      recorded.set(file, known);
      findings.push(...known.findings);
      tables.set(connection, known.tables);
    }
    this.#recorded = recorded;
    for (const [connection, catalogue] of Object.entries(given)) {
      let known = this.#given.get(catalogue);
      if (known === undefined) {
        known = new SourceTables(catalogue);
        this.#given.set(catalogue, known);
      }
      tables.set(connection, known);
    }
    return tables;
  }
}
