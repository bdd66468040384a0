/** The grammar of FROM: tables, joins, subqueries and table functions. Declares the sources of the scope that is open. */
import { readCondition, readExpression } from './parse-sql-expression.js';
import { continuesQueryAfter, readQuery, readQueryApart, readValues, startsQuery } from './parse-sql-query.js';
import { readType } from './parse-sql-type.js';
import type { TableReference } from './parsed-sql.js';
import type { SqlCursor } from './sql-cursor.js';
import { tableFunctions } from './sql-words.js';
import type { Token } from './tokenize-sql.js';

export const joinWords: ReadonlySet<string> = new Set([
  'join',
  'inner',
  'left',
  'right',
  'full',
  'cross',
  'natural',
  'global',
  'asof',
  'any',
  'all',
  'semi',
  'anti',
  'positional',
  'straight_join',
  'outer',
  'array',
]);

export const readFrom = (cursor: SqlCursor): void => {
  cursor.expectWord('from');
  do {
    if (cursor.is(')') || cursor.current.kind === 'end') cursor.unexpected('a table');
    readJoined(cursor);
  } while (cursor.takeIf(','));
};

const readJoined = (cursor: SqlCursor): void => {
  const comma = cursor.pieces.length - 1;
  readSource(cursor);
  // `a, b ON …` is SQLite's alone; `JOIN` says the same to everybody.
  const before = cursor.pieces[comma];
  if (cursor.dialect === 'sqlite' && cursor.word('on') && before?.kind === 'token' && before.text === ',')
    cursor.pieces[comma] = { kind: 'token', gap: ' ', text: 'JOIN' };
  for (;;) {
    if (cursor.takeWords('on')) readCondition(cursor);
    else if (cursor.word('using') && cursor.is('(', 1)) {
      compareUnseen(cursor);
      cursor.take();
      cursor.nameList();
    } else if (cursor.dialect === 'clickhouse' && cursor.word('using') && cursor.isName(1)) {
      cursor.take();
      cursor.names();
    } else if (cursor.anyWord(joinWords)) readJoin(cursor);
    else return;
  }
};

/** Columns of one name are compared, whatever their types. */
const compareUnseen = ({ uses }: SqlCursor): void => {
  uses.comparisons.push({ left: 'other', right: 'other' });
};

const readJoin = (cursor: SqlCursor): void => {
  const allowed =
    cursor.dialect === 'clickhouse'
      ? ['global', 'any', 'all', 'asof', 'semi', 'anti', 'inner', 'left', 'right', 'full', 'cross', 'outer']
      : cursor.dialect === 'duckdb'
        ? ['natural', 'asof', 'semi', 'anti', 'positional', 'inner', 'left', 'right', 'full', 'cross', 'outer']
        : ['natural', 'inner', 'left', 'right', 'full', 'cross', 'outer'];
  const words: string[] = [];
  while (cursor.current.kind === 'word' && allowed.includes(cursor.current.value)) words.push(cursor.take().value);
  if (words.includes('natural')) compareUnseen(cursor);
  if (words.length > 4) cursor.unexpected();
  if (cursor.dialect === 'clickhouse' && cursor.word('array') && cursor.word('join', 1)) {
    if (words.length > 1 || (words.length === 1 && words[0] !== 'left')) cursor.unexpected();
    cursor.take();
    cursor.take();
    do {
      readExpression(cursor);
      if (cursor.takeWords('as')) cursor.scope.aliases.push(cursor.name());
    } while (cursor.is(',') && cursor.takeIf(','));
    return;
  }
  if (!cursor.takeWords('join')) cursor.unexpected('JOIN');
  readSource(cursor);
};

const readSource = (cursor: SqlCursor): void => {
  cursor.deeper(() => readSourceInside(cursor));
};

const readSourceInside = (cursor: SqlCursor): void => {
  if (cursor.is('(')) {
    if (startsQuery(cursor, 1) || opensQuery(cursor)) {
      // In DuckDB every source is LATERAL.
      readDerived(cursor, cursor.dialect === 'duckdb' ? readQuery : readQueryApart);
      return;
    }
    cursor.take();
    const before = cursor.position;
    const bare = !cursor.is('(');
    readJoined(cursor);
    // MySQL and SQLite take a single table or a list in parentheses; the others a join.
    if (cursor.dialect === 'mysql' || cursor.dialect === 'sqlite') while (cursor.takeIf(',')) readJoined(cursor);
    else if (
      bare &&
      !cursor.tokens.slice(before, cursor.position).some(({ kind, value }) => kind === 'word' && value === 'join')
    )
      cursor.unexpected('JOIN');
    cursor.expect(')');
    readAlias(cursor, null);
    return;
  }
  if (cursor.takeWords('lateral')) {
    if (cursor.is('(')) readDerived(cursor, readQuery);
    else readTableFunction(cursor);
    return;
  }
  if (cursor.word('values') && cursor.dialect === 'duckdb') {
    readValues(cursor);
    readAlias(cursor, null);
    return;
  }
  if (cursor.dialect === 'postgres' && cursor.word('rows') && cursor.word('from', 1) && cursor.is('(', 2))
    cursor.notAllowed(
      'ROWS FROM is not read here; give each function WITH ORDINALITY and join them on it, or use unnest',
    );
  if ((cursor.isName() || cursor.word('values')) && cursor.is('(', 1)) {
    readTableFunction(cursor);
    return;
  }
  readTable(cursor);
};

/** Parentheses that hold a query in parentheses, and not a join. */
const opensQuery = (cursor: SqlCursor): boolean => {
  let offset = 0;
  while (cursor.is('(', offset)) offset += 1;
  if (!startsQuery(cursor, offset)) return false;
  // `((SELECT …) AS a JOIN b …)` is a join: what follows the inner parenthesis decides.
  return continuesQueryAfter(cursor, 1);
};

const readDerived = (cursor: SqlCursor, read: (cursor: SqlCursor) => void): void => {
  cursor.expect('(');
  read(cursor);
  cursor.expect(')');
  readAlias(cursor, null);
};

const readTableFunction = (cursor: SqlCursor): void => {
  readTableCall(cursor);
  if (cursor.takeWords('with')) cursor.expectWord('ordinality');
  readAlias(cursor, null);
};

const readTableCall = (cursor: SqlCursor): void => {
  const token = cursor.current;
  if (token.kind !== 'word' || !tableFunctions[cursor.dialect].has(token.value))
    cursor.notAllowed(`the function ${token.text.slice(0, 60)} cannot stand in FROM`);
  cursor.uses.tableFunctions.add(token.value);
  cursor.take();
  cursor.expect('(');
  if (token.value === 'json_table') {
    readExpression(cursor);
    cursor.expect(',');
    cursor.literal();
    cursor.expectWord('columns');
    readJsonColumns(cursor);
  } else if (!cursor.is(')')) {
    do readExpression(cursor);
    while (cursor.takeIf(','));
  }
  cursor.expect(')');
};

const readJsonColumns = (cursor: SqlCursor): void => {
  cursor.expect('(');
  do {
    cursor.name();
    if (cursor.takeWords('for')) {
      cursor.expectWord('ordinality');
      continue;
    }
    readType(cursor);
    if (cursor.takeWords('path')) cursor.literal();
    for (;;) {
      if (cursor.word('null') || cursor.word('error')) cursor.take();
      else if (cursor.takeWords('default')) cursor.literal();
      else break;
      cursor.expectWord('on');
      if (!cursor.takeOne('empty', 'error')) cursor.unexpected();
    }
  } while (cursor.takeIf(','));
  cursor.expect(')');
};

const readTable = (cursor: SqlCursor): void => {
  const gap = cursor.current.gap;
  const { at } = cursor.current;
  let only = false;
  if (cursor.word('only') && cursor.dialect === 'postgres') {
    only = true;
    cursor.position += 1;
    if (cursor.is('(')) cursor.unexpected('a table');
  }
  const parts: Token[] = [];
  do {
    if (parts.length > 0) cursor.position += 1;
    if (cursor.current.kind === 'string') cursor.notAllowed('a table is a name, not a string');
    if (!cursor.isName() && !(parts.length > 0 && cursor.current.kind === 'word')) cursor.unexpected('a table');
    parts.push(cursor.current);
    cursor.position += 1;
  } while (cursor.is('.'));
  if (parts.length > 3) cursor.notAllowed('a name of a table has at most three parts', parts[0]);
  if (cursor.is('(')) cursor.notAllowed('a function with a schema cannot stand in FROM', parts[0]);
  if (cursor.is('*') && cursor.dialect === 'postgres') cursor.position += 1;
  readAlias(cursor, { gap, at, parts, only });
};

/** The alias of a source with its columns; declares the source. */
const readAlias = (
  cursor: SqlCursor,
  table: {
    readonly gap: string;
    readonly at: number;
    readonly parts: readonly Token[];
    readonly only: boolean;
  } | null,
): void => {
  const as = cursor.word('as');
  const asToken = cursor.current;
  if (as) cursor.position += 1;
  const alias = cursor.aliasToken();
  if (as && alias === null && !(cursor.is('(') && cursor.dialect === 'postgres')) cursor.unexpected('a name');
  if (alias !== null) cursor.position += 1;
  const reference: TableReference | null =
    table === null
      ? null
      : { kind: 'table', ...table, alias, use: 'source', scope: cursor.scope, within: cursor.within };
  if (reference !== null) cursor.pieces.push(reference);
  else {
    if (as) cursor.push(asToken);
    else if (alias !== null) cursor.pieces.push({ kind: 'token', gap: ' ', text: 'AS' });
    if (alias !== null) cursor.pieces.push({ kind: 'token', gap: ' ', text: alias.text });
  }
  let renamed = table === null;
  if (alias !== null || as) {
    if (cursor.is('(')) {
      renamed = true;
      cursor.take();
      do {
        cursor.name();
        // A function's columns may have types.
        if (!cursor.is(',') && !cursor.is(')')) readType(cursor);
      } while (cursor.takeIf(','));
      cursor.expect(')');
    }
  }
  cursor.scope.sources.push({ name: alias ?? table?.parts.at(-1) ?? null, table: reference, renamed });
};
