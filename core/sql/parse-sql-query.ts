/** The grammar of a query: WITH, SELECT and its clauses, set operations, ORDER BY and LIMIT. */
import { readWindowParenthesis } from './parse-sql-call.js';
import {
  readCondition,
  readExpression,
  readExpressions,
  readOrderItems,
  readParenthesised,
} from './parse-sql-expression.js';
import { readStarChanges } from './parse-sql-primary.js';
import { joinWords, readFrom } from './parse-sql-source.js';
import type { CommonTable, Scope, With } from './parsed-sql.js';
import type { SqlCursor } from './sql-cursor.js';
import { reservedInSql } from './sql-words.js';

const setOperators: ReadonlySet<string> = new Set(['union', 'intersect', 'except']);
const afterSources: ReadonlySet<string> = new Set(['where', 'group', 'having', 'window', 'qualify']);

export const startsQuery = (cursor: SqlCursor, offset = 0): boolean => {
  if (cursor.word('from', offset)) return cursor.dialect === 'duckdb';
  if (cursor.word('values', offset)) return cursor.is('(', offset + 1) || cursor.word('row', offset + 1);
  return cursor.word('select', offset) || cursor.word('with', offset) || cursor.word('table', offset);
};

/** Where the first parenthesis from there on is closed again; `null` when it is not. */
export const closingFrom = (cursor: SqlCursor, from: number): number | null => {
  let depth = 0;
  for (let index = from; cursor.at(index).kind !== 'end'; index += 1) {
    if (cursor.is('(', index)) depth += 1;
    else if (cursor.is(')', index)) {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return null;
};

/** Whether that parenthesis is a query's own, or part of one: it is followed by what only a query goes on with. */
export const continuesQueryAfter = (cursor: SqlCursor, from: number): boolean => {
  const closing = closingFrom(cursor, from);
  if (closing === null) return false;
  const next = closing + 1;
  return (
    cursor.is(')', next) ||
    cursor.anyWord(setOperators, next) ||
    cursor.word('order', next) ||
    cursor.word('limit', next)
  );
};

/** A query that does not see what stands beside it: a part of a set operation, a common table, a source that is not LATERAL. */
export const readQueryApart = (cursor: SqlCursor, common?: CommonBody): void =>
  readScope(cursor, cursor.scope.parent, common);

/** A query that sees the names of the one around it. */
export const readQuery = (cursor: SqlCursor): void => readScope(cursor, cursor.scope);

/** @param common the common table whose body the query is, and its WITH */
const readScope = (cursor: SqlCursor, parent: Scope | null, common?: CommonBody): void => {
  cursor.deeper(() => {
    const outerWithin = cursor.within;
    const outerScope = cursor.scope;
    const outerQuery = cursor.query;
    cursor.query = { from: cursor.pieces.length, to: Number.POSITIVE_INFINITY };
    cursor.scope = { parent, sources: [], aliases: [] };
    const isRecursive = cursor.word('with') && readWith(cursor);
    if (common?.with.recursive) cursor.noteWork('clause', 'a recursion');
    readQueryTerm(cursor);
    // ClickHouse gives each part a WITH of its own, without the word RECURSIVE.
    if (isRecursive && cursor.dialect === 'clickhouse' && cursor.anyWord(setOperators))
      cursor.notAllowed('behind WITH RECURSIVE, put the set operation into a subquery: SELECT * FROM (… UNION ALL …)');
    readQueryTail(cursor, common);
    cursor.query.to = cursor.pieces.length;
    cursor.query = outerQuery;
    cursor.within = outerWithin;
    cursor.scope = outerScope;
  });
};

interface CommonBody {
  readonly with: With;
  readonly table: CommonTable;
}

/** What is read from here on stands in this part of the common table's body. */
const enterPart = (cursor: SqlCursor, { with: list }: CommonBody, part: number): void => {
  cursor.within = cursor.within.map((place) => (place.with === list ? { ...place, part } : place));
};

/** Set operations and what follows them. */
const readQueryTail = (cursor: SqlCursor, common?: CommonBody): void => {
  while (cursor.anyWord(setOperators)) {
    let isUnion = cursor.take().value === 'union';
    cursor.takeOne('all', 'distinct');
    if (cursor.takeWords('by')) {
      cursor.expectWord('name');
      isUnion = false;
    }
    if (common !== undefined) {
      enterPart(cursor, common, common.table.parts);
      common.table.parts += 1;
      common.table.unionsOnly &&= isUnion;
    }
    const outer = cursor.scope;
    cursor.scope = { parent: outer.parent, sources: [], aliases: [] };
    readQueryTerm(cursor);
    // What follows sees the columns of the result by name only.
    cursor.scope = {
      parent: outer.parent,
      sources: [{ name: null, table: null, renamed: true }],
      aliases: outer.aliases,
    };
  }
  if (common !== undefined) enterPart(cursor, common, Number.POSITIVE_INFINITY);
  readOrderAndLimit(cursor);
};

const readQueryTerm = (cursor: SqlCursor): void => {
  if (cursor.is('(')) {
    cursor.take();
    if (!startsQuery(cursor) && !cursor.is('(')) cursor.unexpected('a query');
    readQueryApart(cursor);
    cursor.expect(')');
    cursor.scope.sources.push({ name: null, table: null, renamed: true });
  } else if (cursor.word('select')) readSelect(cursor);
  else if (cursor.word('from') && cursor.dialect === 'duckdb') readFromFirst(cursor);
  else if (cursor.word('values')) readValues(cursor);
  else if (cursor.word('table')) cursor.notAllowed('write SELECT * FROM instead of TABLE');
  else cursor.unexpected('a query');
};

/** @returns whether it is recursive */
const readWith = (cursor: SqlCursor): boolean => {
  cursor.take();
  const recursive = cursor.takeWords('recursive');
  const list: With = { recursive, tables: [] };
  const nested = cursor.query.from > 0;
  const outer = cursor.within;
  cursor.hasRecursion ||= recursive;
  cursor.hasInnerWith ||= outer.some(({ index }) => index !== Number.POSITIVE_INFINITY);
  // MariaDB 10.11 goes down over an unused common table of such a statement.
  if (cursor.dialect === 'mysql' && cursor.hasRecursion && cursor.hasInnerWith)
    cursor.notAllowed(
      'WITH RECURSIVE and a WITH inside of a common table do not go together on MariaDB; put all common tables into one WITH',
    );
  do {
    const isTable =
      cursor.isName() &&
      (cursor.is('(', 1) ||
        (cursor.word('as', 1) && isCommonBody(cursor, 2)) ||
        (cursor.word('using', 1) && cursor.word('key', 2)));
    if (cursor.dialect === 'clickhouse' && !isTable) {
      cursor.within = [{ with: list, index: list.tables.length, part: 0 }, ...outer];
      readExpression(cursor);
      cursor.expectWord('as');
      const name = cursor.name();
      cursor.expressionNames.push(name.value);
      cursor.scope.aliases.push(name);
      continue;
    }
    if (!cursor.isName()) cursor.unexpected('a name');
    const token = cursor.current;
    const table: CommonTable = { name: token, nested, parts: 1, unionsOnly: true };
    cursor.pieces.push({ kind: 'common', gap: token.gap, table });
    cursor.position += 1;
    if (cursor.is('(')) cursor.nameList();
    if (cursor.takeWords('using', 'key')) cursor.nameList();
    cursor.expectWord('as');
    cursor.takeWords('not');
    cursor.takeWords('materialized');
    cursor.expect('(');
    cursor.within = [{ with: list, index: list.tables.length, part: 0 }, ...outer];
    list.tables.push(table);
    if (!startsQuery(cursor) && !cursor.is('(')) cursor.notAllowed('a common table is a query');
    readQueryApart(cursor, { with: list, table });
    cursor.expect(')');
    if (cursor.dialect === 'postgres') readSearchAndCycle(cursor);
  } while (cursor.takeIf(','));
  cursor.within = [{ with: list, index: Number.POSITIVE_INFINITY, part: 0 }, ...outer];
  return recursive;
};

const isCommonBody = (cursor: SqlCursor, offset: number): boolean => {
  if (cursor.is('(', offset)) return true;
  if (cursor.word('not', offset)) return cursor.word('materialized', offset + 1);
  return cursor.word('materialized', offset);
};

const readSearchAndCycle = (cursor: SqlCursor): void => {
  if (cursor.takeWords('search')) {
    if (!cursor.takeOne('breadth', 'depth')) cursor.unexpected();
    if (!cursor.takeWords('first', 'by')) cursor.unexpected();
    cursor.names();
    cursor.expectWord('set');
    cursor.name();
  }
  if (cursor.takeWords('cycle')) {
    cursor.names();
    cursor.expectWord('set');
    cursor.name();
    if (cursor.takeWords('to')) {
      cursor.literal();
      cursor.expectWord('default');
      cursor.literal();
    }
    cursor.expectWord('using');
    cursor.name();
  }
};

const readSelect = (cursor: SqlCursor): void => {
  cursor.take();
  readQuantifier(cursor);
  readItems(cursor);
  if (cursor.word('from')) readFrom(cursor);
  readAfterFrom(cursor);
};

const readFromFirst = (cursor: SqlCursor): void => {
  readFrom(cursor);
  if (cursor.takeWords('select')) {
    readQuantifier(cursor);
    readItems(cursor);
  }
  readAfterFrom(cursor);
};

const readQuantifier = (cursor: SqlCursor): void => {
  if (cursor.takeWords('distinct')) {
    if (cursor.takeWords('on')) readParenthesised(cursor);
  } else if (cursor.word('all') && !cursor.is('(', 1)) cursor.take();
};

export const readValues = (cursor: SqlCursor): void => {
  cursor.take();
  do {
    cursor.takeWords('row');
    readParenthesised(cursor);
  } while (cursor.takeIf(','));
  cursor.scope.sources.push({ name: null, table: null, renamed: true });
  if (cursor.dialect === 'postgres' && (cursor.word('order') || cursor.word('limit') || cursor.word('offset')))
    cursor.notAllowed('put VALUES into a subquery: SELECT * FROM (VALUES …) AS v ORDER BY 1');
};

const endsItems = (cursor: SqlCursor): boolean => {
  const token = cursor.current;
  return (
    token.kind === 'end' ||
    cursor.is(')') ||
    cursor.is(';') ||
    cursor.word('from') ||
    cursor.anyWord(afterSources) ||
    cursor.anyWord(setOperators)
  );
};

const readItems = (cursor: SqlCursor): void => {
  if (endsItems(cursor) && cursor.dialect === 'postgres') return;
  do {
    if (
      endsItems(cursor) &&
      (cursor.dialect === 'duckdb' || cursor.dialect === 'clickhouse') &&
      cursor.at(-1).text === ','
    )
      return;
    readItem(cursor);
  } while (cursor.takeIf(','));
};

const readItem = (cursor: SqlCursor): void => {
  if (cursor.is('*')) {
    cursor.take();
    readStarChanges(cursor);
    return;
  }
  if (cursor.dialect === 'duckdb' && cursor.isName() && cursor.is(':', 1)) {
    cursor.scope.aliases.push(cursor.take());
    cursor.take();
    readExpression(cursor);
    return;
  }
  const { queries } = cursor.uses;
  const star = readExpression(cursor) === 'star';
  if (star) {
    readStarChanges(cursor);
    return;
  }
  const as = cursor.takeWords('as');
  const alias = as && cursor.current.kind === 'word' ? cursor.current : cursor.aliasToken();
  if (alias !== null && (as || alias.kind !== 'word' || !joinWords.has(alias.value))) {
    if (as && alias.kind === 'word' && reservedInSql.has(alias.value) && cursor.dialect !== 'postgres')
      cursor.unexpected('a name');
    cursor.pieces.push({ kind: 'token', gap: alias.gap === '' ? ' ' : alias.gap, text: alias.text });
    cursor.position += 1;
    cursor.scope.aliases.push(alias);
    if (cursor.uses.queries > queries) cursor.queryNames.push(alias);
  } else if (as) cursor.unexpected('a name');
};

const readAfterFrom = (cursor: SqlCursor): void => {
  if (cursor.dialect === 'clickhouse' && cursor.word('prewhere'))
    cursor.notAllowed('write WHERE for PREWHERE; ClickHouse moves conditions there by itself');
  if (cursor.takeWords('where')) readCondition(cursor);
  if (cursor.takeWords('group', 'by')) readGroupBy(cursor);
  if (cursor.takeWords('having')) readCondition(cursor);
  if (cursor.takeWords('window')) {
    do {
      cursor.name();
      cursor.expectWord('as');
      readWindowParenthesis(cursor);
    } while (cursor.takeIf(','));
  }
  if (cursor.takeWords('qualify')) {
    cursor.noteWork('clause', 'QUALIFY');
    readCondition(cursor);
  }
};

const readGroupBy = (cursor: SqlCursor): void => {
  if (cursor.takeWords('all')) {
    if (cursor.dialect !== 'postgres' || endsItems(cursor)) return;
  } else cursor.takeWords('distinct');
  do {
    if (cursor.takeWords('grouping', 'sets')) readParenthesised(cursor);
    else readExpression(cursor);
  } while (cursor.takeIf(','));
  if (cursor.word('with') && (cursor.word('rollup', 1) || cursor.word('cube', 1) || cursor.word('totals', 1))) {
    cursor.take();
    cursor.take();
    if (cursor.dialect === 'clickhouse') cursor.takeWords('with', 'totals');
  }
};

/** A number that an engine could not take fails when the query runs. */
const readCount = (cursor: SqlCursor): void => {
  const from = cursor.position;
  readExpression(cursor);
  if (cursor.position !== from + 1 || !/^\d{1,18}$/.test(cursor.at(-1).text))
    cursor.noteWork('clause', 'a LIMIT that is no plain number');
};

const readOrderAndLimit = (cursor: SqlCursor): void => {
  if (cursor.takeWords('order', 'by')) readOrderItems(cursor);
  for (;;) {
    if (cursor.takeWords('limit')) {
      if (cursor.takeWords('all')) continue;
      readCount(cursor);
      if (cursor.dialect === 'duckdb' && cursor.is('%')) cursor.take();
      else if (cursor.dialect === 'duckdb') cursor.takeWords('percent');
      if (cursor.takeIf(',')) readCount(cursor);
      else if (cursor.takeWords('offset')) readCount(cursor);
      if (cursor.dialect === 'clickhouse') {
        if (cursor.takeWords('by')) readExpressions(cursor);
        else cursor.takeWords('with', 'ties');
      }
    } else if (cursor.takeWords('offset')) {
      readCount(cursor);
      cursor.takeOne('row', 'rows');
    } else if (cursor.takeWords('fetch')) {
      if (!cursor.takeOne('first', 'next')) cursor.unexpected();
      if (!cursor.word('row') && !cursor.word('rows')) readCount(cursor);
      if (!cursor.takeOne('row', 'rows')) cursor.unexpected('ROWS');
      if (!cursor.takeWords('only') && !cursor.takeWords('with', 'ties')) cursor.unexpected('ONLY');
    } else return;
  }
};
