/**
 * SQL text of a user → {@link ParsedSql}. A grammar of what is allowed: one query, its clauses, sources and expressions; what
 * is not in it is refused. Expressions are read for what they refer to and call, not for precedence: they are printed token
 * by token as they were written, so that no operator can come to mean something else on the way. Only references to tables,
 * and references to columns through them, are pieces of their own that the rewriter replaces.
 *
 * Whatever this grammar takes for a name in an expression cannot read a table: the words that could (`FROM`, `JOIN`, `TABLE`,
 * `SELECT`, …) are reserved everywhere, whether or not the engine reserves them.
 */
import type { TextDialect } from './text-dialects.js';
import { readQuery, startsQuery } from './parse-sql-query.js';
import type { ParsedSql } from './parsed-sql.js';
import { SqlCursor } from './sql-cursor.js';

export type {
  ColumnReference,
  CommonName,
  CommonTable,
  Comparison,
  Operand,
  OwnWork,
  ParsedSql,
  Piece,
  Scope,
  Source,
  TableReference,
  TokenPiece,
  Uses,
  With,
  WithPlace,
} from './parsed-sql.js';

/**
 * @throws DataMindError `SQL_INVALID`, `SQL_NOT_ALLOWED`, `SQL_TOO_LARGE`, with line and column
 */
export const parseSql = (text: string, dialect: TextDialect): ParsedSql => {
  const cursor = new SqlCursor(text, dialect);
  if (!startsQuery(cursor) && !cursor.is('(')) cursor.notAllowed('only a query is taken: SELECT, WITH or VALUES');
  readQuery(cursor);
  if (cursor.is(';')) cursor.position += 1;
  if (cursor.current.kind !== 'end') {
    if (cursor.at(-1).text === ';') cursor.notAllowed('one statement at a time');
    cursor.unexpected();
  }
  // MariaDB 10.11 goes down when it cannot compute the list: a subquery in it, also one behind the name of a column.
  if (dialect === 'mysql' && cursor.uses.rowQueries && cursor.uses.queries > 1)
    cursor.notAllowed(
      'MariaDB does not take a list of values compared with a subquery, (a, b) IN (SELECT …), beside other subqueries; compare the values one by one, with EXISTS',
    );
  return {
    dialect,
    text,
    pieces: cursor.pieces,
    uses: cursor.uses,
    ownWork: cursor.ownWork,
    expressionNames: cursor.expressionNames,
    queryNames: cursor.queryNames,
  };
};
