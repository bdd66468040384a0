/**
 * The firewall: decides on its own whether a printed statement may run. It reads the text again from its first character and
 * shares no code with what rewrote it; only the lists in `lists/` are data for both. Whatever goes wrong in here is a refusal.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { DialectName, Parameter } from '../plugin/contract.js';
import { parseTree } from '../sql/parse-query.js';
import { whyUnreadable } from './explain-unreadable.js';
import { judgeBounds } from './judge-bounds.js';
import { declaredIn, eachBranch, essence, isBranch, isList, judgeSyntax, type Tree } from './judge-syntax.js';
import { mergesWrongly, type ViewsOf } from './judge-merging.js';
import { bareKey, canonical, judgeTables, knownName } from './judge-tables.js';
import { judgeWords } from './judge-words.js';
import { defaultLimits, type Limits } from './limits.js';
import { plainLists } from './plain-lists.js';
import { readTokens, type Token } from './read-tokens.js';
import { Refused, type Verdict } from './verdict.js';

/** A permitted relation as it was handed out, printed by itself, without the parentheses and the alias around it. */
export interface ExpectedRelation {
  /** For the verdict. */
  readonly table: string;
  readonly text: string;
  /** Values of the placeholders in `text`, in their order. */
  readonly parameters?: readonly Parameter[];
}

/** A table of which the subject is shown everything, as it is spelled in the text. */
export interface BareTable {
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
}

export interface Judged {
  readonly dialect: DialectName;
  readonly text: string;
  readonly parameters?: readonly Parameter[];
  readonly expected: readonly ExpectedRelation[];
  /** Tables that may stand by themselves: of planned statements only. */
  readonly bare?: readonly BareTable[];
  /** The queries of views, as the database tells them; without it, every table is stored. */
  readonly views?: ViewsOf<string>;
  readonly limits?: Limits;
}

/** Stands for a bound value while the tree is judged; nobody outside can write it. */
const seal = randomUUID();
/** Units that the parser library does not know, written as ones that it does. */
const compoundUnits = /^(?:second|minute|hour|day|year)_(?:microsecond|second|minute|hour|month)$/i;

const operatorsUnread: Readonly<Record<string, string>> = { '//': '/', '**': '^' };

const indexOf = (token: Token, position: number): number => {
  const digits = /\d+/.exec(token.text)?.[0];
  return digits === undefined ? position : Number(digits) - 1;
};

const spelled = ({ type, value }: Parameter): string => JSON.stringify([type, String(value)]);

/**
 * Which of a statement's values no expected relation binds. Nothing but being equal to a relation's depends on a value, and
 * these are judged without theirs: the verdict holds for every value of their types.
 */
export const openValues = (
  parameters: readonly Parameter[],
  expected: readonly ExpectedRelation[],
): readonly boolean[] => {
  const bound = new Set(expected.flatMap((one) => (one.parameters ?? []).map(spelled)));
  return parameters.map((parameter) => !bound.has(spelled(parameter)));
};

/**
 * The text for the parser library: bound values in the place of their placeholders. A long list of plain values is one value
 * that stands for exactly these, so that two lists are the same only when all their values are.
 * @param open of these the place stands for the value
 */
const readable = (
  dialect: DialectName,
  text: string,
  tokens: readonly Token[],
  parameters: readonly Parameter[],
  open: readonly boolean[],
): string => {
  let written = '';
  let from = 0;
  let position = 0;
  const lists = new Map(plainLists(tokens).map(({ from: first, to }) => [tokens[first]!, tokens[to]!]));
  for (const token of tokens) {
    if (token.start < from) continue;
    let instead: string | null = null;
    const closing = lists.get(token);
    if (closing !== undefined) {
      const values = text.slice(token.start, closing.start);
      written += `${text.slice(from, token.start)}'${seal}${createHash('sha256').update(values).digest('hex')}'`;
      from = closing.start;
      continue;
    }
    if (token.kind === 'parameter') {
      const index = indexOf(token, position);
      const parameter = parameters[index];
      position += 1;
      if (parameter === undefined)
        throw new Refused('parameter', 'The SQL has a placeholder without a value.', token.start);
      // A number, which no spelled value is.
      const bound = open[index] === true ? JSON.stringify([parameter.type, index]) : spelled(parameter);
      instead = `'${seal}${Buffer.from(bound).toString('hex')}'`;
    } else if (dialect === 'mysql' && token.kind === 'word' && compoundUnits.test(token.text)) instead = 'DAY';
    else if (dialect === 'duckdb' && token.kind === 'operator') instead = operatorsUnread[token.text] ?? null;
    if (instead === null) continue;
    written += text.slice(from, token.start) + instead;
    from = token.end;
  }
  return from === 0 ? text : written + text.slice(from);
};

const parse = (
  dialect: DialectName,
  text: string,
  tokens: readonly Token[],
  parameters: readonly Parameter[],
  open: readonly boolean[] = [],
): Tree => {
  const tree = parseTree(readable(dialect, text, tokens, parameters, open), dialect) as Tree;
  if (tree === null) throw whyUnreadable(tokens);
  return tree;
};

const known = new Map<string, string>();
const mostKnown = 2000;

/** The tree of an expected relation as text; remembered, for a relation occurs in many statements. */
const canonicalOf = (dialect: DialectName, { text, parameters = [] }: ExpectedRelation): string => {
  const key = JSON.stringify([dialect, text, parameters.map(spelled)]);
  const found = known.get(key);
  if (found !== undefined) return found;
  const tree = parse(dialect, text, readTokens(dialect, text), parameters);
  const query = isList(tree) && tree.length === 1 ? tree[0]! : null;
  if (!isBranch(query ?? undefined)) throw new Refused('relation', 'A permitted relation is not one query.');
  if (known.size >= mostKnown) known.clear();
  const made = canonical(essence(query));
  known.set(key, made);
  return made;
};

const views = new Map<string, Tree | null>();

/** What a view reads; `null` where its text cannot be read. */
const viewOf = (dialect: DialectName, text: string): Tree | null => {
  const found = views.get(text);
  if (found !== undefined) return found;
  const tree = parseTree(text, dialect) as Tree;
  const made = tree === null ? null : essence(tree);
  if (views.size >= mostKnown) views.clear();
  views.set(text, made);
  return made;
};

const mergesOf = ({ dialect, views = () => [] }: Judged, query: Tree): boolean =>
  dialect === 'mysql' &&
  mergesWrongly(query, (name) => views(name)?.map((text) => (text === null ? null : viewOf(dialect, text))));

const numberIn = (clause: Tree | undefined): Tree | undefined => {
  const value = isBranch(clause) ? (clause.this ?? clause) : null;
  return isBranch(value) && isBranch(value.literal) ? value.literal.value : undefined;
};

/**
 * Where DuckDB and ClickHouse tell of hidden rows by how they plan: a subquery ends as relations do whose hidden rows nothing may
 * be evaluated on, or, on DuckDB, there is an ANTI JOIN. Over one of these it (seen on 1.5) may fail with an internal error, or
 * not, as the smallest and largest values of whole tables overlap; it does not where it reads no statistics.
 */
const needsFixedPlan = (dialect: Judged['dialect'], query: Tree): boolean => {
  let found = false;
  eachBranch(query, ({ limit, offset, kind }) => {
    if (dialect === 'clickhouse') found ||= numberIn(limit) === '18446744073709551615';
    if (dialect !== 'duckdb') return;
    found ||= numberIn(offset) === '0';
    found ||= typeof kind === 'string' && /anti/i.test(kind);
  });
  return found;
};

const decide = (judged: Judged): Verdict => {
  const { dialect, text, parameters = [], expected, bare = [], limits = defaultLimits } = judged;
  if (text.length > limits.size) {
    throw new Refused('size', `A statement has at most ${limits.size} characters.`, undefined, 'SQL_TOO_LARGE');
  }
  const tokens = readTokens(dialect, text);
  const semicolon = tokens.find(({ kind, text: mark }) => kind === 'mark' && mark === ';');
  if (semicolon !== undefined)
    throw new Refused('one_query', 'Send exactly one query, without a semicolon.', semicolon.start);
  // What needs no tree comes first: deep nesting must not reach a parser.
  judgeBounds(dialect, tokens, new Map(), limits);
  const query = judgeSyntax(dialect, parse(dialect, text, tokens, parameters, openValues(parameters, expected)));
  const functions = judgeWords(dialect, tokens, declaredIn(query), parameters.length);
  judgeBounds(dialect, tokens, functions, limits);
  const relations = new Map(expected.map((one) => [canonicalOf(dialect, one), one.table]));
  const alone = new Map(
    bare.map(({ catalog, schema, table }) => {
      const path = [catalog, schema, table].map((part) => (part === null ? null : knownName(dialect, part)));
      return [bareKey(path), table];
    }),
  );
  const found = judgeTables(dialect, query, { relations, bare: alone }, limits);
  return {
    verdict: 'allow',
    volatile: [...functions.values()].includes('volatile'),
    planning: { unmerged: mergesOf(judged, query), fixed: needsFixedPlan(dialect, query) },
    functions,
    tables: [...new Set([...expected, ...bare].map(({ table }) => table))].filter((table) => found.has(table)),
  };
};

/**
 * Judges a statement as it will be sent. Synchronous and without I/O; the parser library must be loaded (`loadQueryParser`).
 * Never throws: what cannot be judged is refused.
 */
export const judge = (judged: Judged): Verdict => {
  try {
    return decide(judged);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    return {
      verdict: 'refuse',
      code: 'SQL_NOT_ALLOWED',
      rule: 'unreadable',
      message: 'The SQL could not be judged, so it does not run: write it in a plainer way.',
    };
  }
};
