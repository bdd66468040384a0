/** The product, as the oracle sees it: text → parsed → bound → policed → judged. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { judge } from '../../core/firewall/judge.js';
import type { DialectName } from '../../core/plugin/contract.js';
import { bindSql } from '../../core/sql/bind-sql.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { parseSql } from '../../core/sql/parse-sql.js';
import { printRelation } from '../../core/sql/print-statement.js';
import { barrierText } from '../../semantic/policy/barrier.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { policeSql } from '../../semantic/policy/police-sql.js';
import type { Governed } from './governed.js';
import { placeOf } from './place-of.js';
import type { World } from './world.js';

/** `now` stands still, so that a policy's time cannot turn within a run. */
const now = new Date('2026-01-01T12:00:00Z');

export async function governedChain(world: World, dialect: DialectName): Promise<Governed> {
  await loadQueryParser();
  const { model, subject } = world;
  const tables = Object.values(model.entities).flatMap(({ from }) => (from.kind === 'table' ? [from] : []));
  const names = { tables, defaults: placeOf[dialect] };
  return async (sql) => {
    try {
      const bound = bindSql(parseSql(sql, dialect), names);
      const policed = policeSql(bound, names, (table) => permittedRelation(model, table, subject, { dialect, now }));
      const expected = policed.tables.flatMap(({ table, permission }) => {
        const { relation } = permission;
        const only = { ...relation, from: { ...relation.from, only: true } as typeof relation.from };
        return [relation, only].flatMap((each) => {
          const { text, parameters } = printRelation(dialect, each, 0);
          return ['', `\n${barrierText[dialect]}`].map((barrier) => ({
            table: table.table,
            text: `${text}${barrier}`,
            parameters,
          }));
        });
      });
      const { text, parameters } = policed;
      const verdict = judge({ dialect, text, parameters, expected });
      return verdict.verdict === 'refuse'
        ? { refused: `firewall ${verdict.rule}`, message: `${verdict.message} IN ${text}` }
        : { sql: text, parameters };
    } catch (error) {
      if (error instanceof DataMindError) return { refused: error.code, message: error.message };
      throw error;
    }
  };
}
