import type { DialectName, Parameter } from '../plugin/contract.js';
import type { Dialect } from './dialects/dialect.js';
import { dialects } from './dialects/index.js';
import { atom } from './dialects/names.js';
import { ExpressionPrinter } from './print-expression.js';
import { isFraction, isPlainWhole, isWide } from './number-width.js';
import { readableLiteral } from './readable-literal.js';
import type { Query, QueryBody, Select, Source, Sql, Statement } from './statement.js';

export interface PrintedStatement {
  readonly text: string;
  /** In the order of their placeholders. */
  readonly parameters: readonly Parameter[];
}

const expressionPrinters = new Map<DialectName, ExpressionPrinter>();

const expressionPrinter = (dialect: Dialect): ExpressionPrinter => {
  let printer = expressionPrinters.get(dialect.name);
  if (printer === undefined) {
    printer = new ExpressionPrinter(dialect);
    expressionPrinters.set(dialect.name, printer);
  }
  return printer;
};

/** Writes one statement from its first character to its last, so that placeholders and parameters keep step. */
class Printer {
  readonly parameters: Parameter[] = [];
  readonly #dialect: Dialect;
  readonly #expressions: ExpressionPrinter;
  /** The line break with the indentation of the query being written. */
  #line = '\n';

  /** How many parameters stand before in the text that this becomes a part of. */
  readonly #before: number;

  /** Whether values are written where they stand, for people to read. */
  readonly #readable: boolean;

  constructor(dialect: Dialect, before = 0, readable = false) {
    this.#dialect = dialect;
    this.#before = before;
    this.#readable = readable;
    this.#expressions = expressionPrinter(dialect);
  }

  query(query: Query): string {
    if (query.with.length === 0) return this.#body(query.body);
    const { recursive: shape } = this.#dialect.shape;
    const tables = query.with.map((table) => {
      const columns = table.recursive && shape.columns ? ` (${this.#columnsOf(table.body)})` : '';
      return `${this.#dialect.identifier(table.name)}${columns} AS ${this.#nested(table.body)}`;
    });
    const recursive = query.with.some((table) => table.recursive) ? shape.words : 'WITH';
    return `${recursive} ${tables.join(`,${this.#line}`)}${this.#line}${this.#body(query.body)}`;
  }

  conditions(parts: readonly Sql[]): string {
    return this.#all(parts, ' AND ');
  }

  #columnsOf(body: QueryBody): string {
    const first = body.kind === 'union' ? body.parts[0]! : body;
    if (first.kind !== 'select') throw new Error('a recursive table begins with a select');
    return first.columns.map(({ as }) => this.#dialect.identifier(as)).join(', ');
  }

  #nested(body: QueryBody): string {
    const outer = this.#line;
    this.#line = `${outer}  `;
    const text = `(${this.#line}${this.#body(body)}${outer})`;
    this.#line = outer;
    return text;
  }

  #body(body: QueryBody): string {
    if (body.kind === 'select') return this.#select(body);
    if (body.kind === 'union') {
      const between = `${this.#line}UNION ${body.distinct ? '' : 'ALL '}`.trimEnd();
      return body.parts.map((part) => this.#body(part)).join(`${between}${this.#line}`);
    }
    const { first, last, from, count, step, type } = body;
    const source = from === null ? '' : this.#source(from);
    const text = this.#dialect.periods(this.#operand(first), this.#operand(last), source, count, step, type);
    return text.replaceAll('\n', this.#line);
  }

  #select(select: Select): string {
    const line = this.#line;
    const { distinct, columns, joins, where, group, having, order, limit, offset } = select;
    let text = distinct ? 'SELECT DISTINCT' : 'SELECT';
    for (let index = 0; index < columns.length; index += 1) {
      const { as, value } = columns[index]!;
      text += `${index === 0 ? '' : ','}${line}  ${this.#sql(value)} AS ${this.#dialect.identifier(as)}`;
    }
    text += `${line}FROM ${this.#source(select.from)}`;
    for (const { kind, source, on } of joins) {
      text += `${line}${kind === 'left' ? 'LEFT' : kind === 'inner' ? 'INNER' : 'CROSS'} JOIN ${this.#source(source)}`;
      if (kind !== 'cross') text += ` ON ${this.#all(on, ' AND ')}`;
    }
    const { unmeasured } = select.barrier === undefined ? {} : this.#dialect;
    if (where.length > 0) text += `${line}WHERE ${this.#all(where, `${line}  AND `, unmeasured)}`;
    if (group !== null && group > 0) {
      const byPosition = this.#dialect.shape.groupBy === 'positions';
      const items = columns.slice(0, group).map(({ value }, index) => (byPosition ? index + 1 : this.#sql(value)));
      text += `${line}GROUP BY ${items.join(', ')}`;
    }
    if (having.length > 0) text += `${line}HAVING ${this.#all(having, `${line}  AND `)}`;
    if (order.length > 0) {
      const items = order.map(({ column, desc, notNull }) =>
        this.#dialect.order(column + 1, desc, notNull, () => this.#operand(columns[column]!.value)),
      );
      text += `${line}ORDER BY ${items.join(', ')}`;
    }
    const end = select.barrier === undefined ? '' : `${line}${select.barrier}`;
    return text + this.#dialect.limit(limit, offset, order.length > 0).replaceAll('\n', line) + end;
  }

  #all(conditions: readonly Sql[], between: string, around = (condition: string): string => condition): string {
    return conditions.map((condition) => around(this.#conjunct(condition, 'and'))).join(between);
  }

  /** A part of AND or OR; in parentheses where it would bind otherwise. */
  #conjunct(condition: Sql, inside: 'and' | 'or'): string {
    const text = this.#condition(condition);
    const { kind } = condition;
    if (kind === 'and' || kind === 'or') return kind === inside ? text : `(${text})`;
    if (kind === 'authored' && condition.expr.kind === 'binary') {
      const { operator } = condition.expr;
      return operator === 'or' || (operator === 'and' && inside === 'or') ? `(${text})` : text;
    }
    return text;
  }

  #source(source: Source): string {
    const name = (part: string): string => this.#dialect.identifier(part);
    switch (source.kind) {
      case 'table': {
        const { catalog, schema, table } = source;
        const path = `${source.only === true ? 'ONLY ' : ''}${catalog === null ? '' : `${name(catalog)}.`}${schema === null ? '' : `${name(schema)}.`}${name(table)}`;
        return source.alias === table && schema === null ? path : `${path} AS ${name(source.alias)}`;
      }
      // A line break before the parenthesis: the text may end with a comment.
      case 'query':
        return `(${this.#line}${source.text}${this.#line}) AS ${name(source.alias)}`;
      case 'derived':
        return `${this.#nested(source.query)} AS ${name(source.alias)}`;
      case 'named':
        return source.alias === source.name ? name(source.name) : `${name(source.name)} AS ${name(source.alias)}`;
    }
  }

  /**
   * A list of ClickHouse takes the column's type, and refuses a fraction beside whole numbers; so does a chain of ORs, which
   * it makes a list of.
   */
  #equalToAny({ operand, values, negated }: Extract<Sql, { kind: 'in' }>): string {
    const branches = values.map((value) => `WHEN ${this.#operand(operand)} = ${this.#sql(value)} THEN 1`);
    const text = `CASE ${branches.join(' ')} ELSE ${this.#operand(operand)} <> ${this.#operand(operand)} END`;
    return negated ? `NOT (${text})` : text;
  }

  #inQuery({ operands, query }: Extract<Sql, { kind: 'in_query' }>): string {
    if (operands.length === 1) return `${this.#operand(operands[0]!)} IN ${this.#nested(query)}`;
    const { rows } = this.#dialect.shape;
    if (rows === 'tuple')
      return `(${operands.map((operand) => this.#sql(operand)).join(', ')}) IN ${this.#nested(query)}`;
    const first = query.kind === 'union' ? query.parts[0]! : query;
    if (first.kind !== 'select') throw new Error('rows are looked up in a select');
    const names = first.columns.map(({ as }) => this.#dialect.identifier(as));
    if (rows === 'struct') {
      const values = operands.map((operand, index) => `${this.#sql(operand)} AS ${names[index]}`).join(', ');
      const fields = names.map((name) => `found.${name}`).join(', ');
      return `STRUCT(${values}) IN (SELECT STRUCT(${fields}) FROM ${this.#nested(query)} AS found)`;
    }
    // Unknown where a value is null, as IN is.
    const known = operands.map((operand) => `${this.#operand(operand)} IS NOT NULL`).join(' AND ');
    const source = this.#nested(query);
    const equal = operands.map((operand, index) => `found.${names[index]} = ${this.#operand(operand)}`).join(' AND ');
    const found = `EXISTS (SELECT 1 AS one FROM ${source} AS found WHERE ${equal})`;
    return `CASE WHEN ${known} THEN CASE WHEN ${found} THEN 1 ELSE 0 END END = 1`;
  }

  /** Where a condition stands. */
  #condition(node: Sql): string {
    if (!this.#dialect.shape.bits) return this.#sql(node);
    if (node.kind === 'authored') return this.#expressions.printCondition(node.expr, node.aliases);
    return conditions.has(node.kind) ? this.#written(node) : `${this.#operand(node)} = 1`;
  }

  #sql(node: Sql): string {
    if (!this.#dialect.shape.bits || !conditions.has(node.kind)) return this.#written(node);
    const yes = this.#written(node);
    return `CAST(CASE WHEN ${yes} THEN 1 WHEN NOT (${this.#written(node)}) THEN 0 END AS bit)`;
  }

  /** In parentheses unless it binds like a name. */
  #operand(node: Sql): string {
    if (node.kind === 'column' || node.kind === 'parameter' || node.kind === 'aggregate') return this.#sql(node);
    return atom(this.#sql(node));
  }

  #written(node: Sql): string {
    const dialect = this.#dialect;
    switch (node.kind) {
      case 'column':
        return `${dialect.identifier(node.table)}.${dialect.identifier(node.column)}`;
      case 'parameter':
        return this.#parameter(node.parameter);
      case 'authored':
        return this.#expressions.print(node.expr, node.aliases);
      case 'number':
        return node.value;
      case 'moment':
        return node.type === 'date' ? dialect.date(node.iso) : dialect.moment(node.iso);
      case 'null':
        return dialect.nullOf[node.type];
      case 'false':
        return '1 = 0';
      case 'and':
      case 'or': {
        const { kind } = node;
        return node.parts.map((part) => this.#conjunct(part, kind)).join(kind === 'and' ? ' AND ' : ' OR ');
      }
      case 'not':
        return `NOT (${this.#condition(node.operand)})`;
      case 'compare':
        return `${this.#operand(node.left)} ${node.operator} ${this.#operand(node.right)}`;
      case 'in': {
        if (dialect.name === 'clickhouse' && node.values.some(isFraction)) return this.#equalToAny(node);
        const operand = this.#operand(node.operand);
        return `${operand} ${node.negated ? 'NOT IN' : 'IN'} (${node.values.map((value) => this.#sql(value)).join(', ')})`;
      }
      case 'in_query':
        return this.#inQuery(node);
      case 'exists':
        return `EXISTS ${this.#nested(node.query)}`;
      case 'is_null':
        return `${this.#operand(node.operand)} IS ${node.negated ? 'NOT ' : ''}NULL`;
      case 'like': {
        const operand = this.#operand(node.operand);
        const match = dialect.like(
          operand,
          this.#parameter({ type: 'string', value: dialect.likeValue(node.pattern) }),
        );
        return node.negated ? `NOT (${match})` : match;
      }
      case 'case': {
        const when = this.#condition(node.when);
        const result = this.#sql(node.result);
        return `CASE WHEN ${when} THEN ${result}${node.otherwise === null ? '' : ` ELSE ${this.#sql(node.otherwise)}`} END`;
      }
      case 'arithmetic': {
        if (dialect.arithmetic !== null) {
          const first = this.#sql(node.left);
          return dialect.arithmetic(node.operator, first, this.#sql(node.right));
        }
        const exact = (part: Sql): string =>
          part.kind === 'number' ? dialect.exactNumber(part.value) : this.#operand(part);
        const left = isWide(node.left) || isWide(node.right) ? exact(node.left) : dialect.widen(exact(node.left));
        return `${left} ${node.operator} ${exact(node.right)}`;
      }
      case 'negate':
        return `-${this.#operand(node.operand)}`;
      case 'divide': {
        const left = this.#sql(node.left);
        return dialect.divide(left, this.#sql(node.right));
      }
      case 'coalesce':
        return `coalesce(${this.#alike(node.args, (arg) => this.#sql(arg)).join(', ')})`;
      case 'abs':
        return `abs(${this.#sql(node.operand)})`;
      case 'round':
        return dialect.round(this.#sql(node.operand), node.digits);
      case 'extreme':
        return dialect.extreme(
          node.which,
          this.#alike(node.args, (arg) => this.#operand(arg)),
        );
      case 'aggregate': {
        if (node.operand === null) return 'count(*)';
        const operand = this.#sql(node.operand);
        const write = dialect.aggregates[node.function];
        if (write === null) throw new Error(`${node.function} has to be ranked on ${dialect.name}`);
        return write(operand, node.at ?? 0);
      }
      case 'ranked_percentile':
        return this.#rankedPercentile(node);
      case 'window': {
        const operand = this.#operand(node.operand);
        const over = this.#partition(node.partition);
        if (node.function === 'sum') return dialect.windowSum(operand, over);
        return `${node.function}(${operand}) OVER (${over})`;
      }
      case 'row_number': {
        const over = this.#partition(node.partition);
        const items = node.order.flatMap(({ value, desc, notNull }) => {
          const operand = this.#operand(value);
          const isNull = dialect.shape.bits ? `CASE WHEN ${operand} IS NULL THEN 1 ELSE 0 END` : `${operand} IS NULL`;
          return [...(notNull ? [] : [isNull]), `${operand}${desc ? ' DESC' : ''}`];
        });
        return `row_number() OVER (${over}${over === '' ? '' : ' '}ORDER BY ${items.join(', ')})`;
      }
      case 'local_time':
        return dialect.localValue(this.#operand(node.operand), node.stores, node.zone);
      case 'stored_time':
        return dialect.storedTime(this.#sql(node.operand), node.stores, node.midnight);
      case 'truncate': {
        const { operand } = node;
        const text =
          operand.kind === 'local_time'
            ? dialect.localTime(this.#operand(operand.operand), operand.stores, operand.zone)
            : this.#operand(operand);
        return dialect.truncate(text, node.grain, node.calendar, node.of);
      }
      case 'hash': {
        const outer = this.#parameter(node.outer.parameter);
        const inner = this.#parameter(node.inner.parameter);
        return dialect.hash(outer, inner, this.#operand(node.operand));
      }
      case 'shift':
        return dialect.shift(this.#operand(node.operand), node.by, node.of);
    }
  }

  #partition(parts: readonly Sql[]): string {
    return parts.length === 0 ? '' : `PARTITION BY ${parts.map((part) => this.#sql(part)).join(', ')}`;
  }

  /** The numbers of which one is chosen, in one type where the engine must be told. */
  #alike(parts: readonly Sql[], write: (part: Sql) => string): readonly string[] {
    const { alike, exactNumber } = this.#dialect;
    const unlike = parts.filter((part) => !isPlainWhole(part));
    if (alike === null || parts.length < 2 || unlike.length === 0) return parts.map(write);
    const texts = unlike.map((part) => (part.kind === 'number' ? exactNumber(part.value) : write(part)));
    const lifted = texts.length === 1 ? texts : alike(texts.map(atom)).map(atom);
    return parts.map((part) => (unlike.includes(part) ? lifted[unlike.indexOf(part)]! : write(part)));
  }

  /** `at × (n − 1)` lies between two ranks: the lower one, and what is left of the way to the upper one. */
  #rankedPercentile({ operand, rank, count, at }: Extract<Sql, { kind: 'ranked_percentile' }>): string {
    const x = this.#dialect.cast.float(this.#operand(operand), 'number');
    const position = `(${this.#sql(count)} - 1) * ${at}`;
    const pick = (end: string): string => `max(CASE WHEN ${this.#sql(rank)} = ${end}(${position}) + 1 THEN ${x} END)`;
    const low = pick('floor');
    return `${low} + (${pick('ceiling')} - ${low}) * max(${position} - floor(${position}))`;
  }

  #parameter(parameter: Parameter): string {
    if (this.#readable) return readableLiteral(this.#dialect, parameter);
    const bound = this.#dialect.bind(parameter);
    this.parameters.push(bound);
    return this.#dialect.placeholder(this.#before + this.parameters.length, bound);
  }
}

/** What is true, false or unknown and, where conditions are no values, must be made one. */
const conditions: ReadonlySet<Sql['kind']> = new Set([
  'false',
  'and',
  'or',
  'not',
  'compare',
  'in',
  'in_query',
  'exists',
  'is_null',
  'like',
]);

/** The statement's text in its dialect, with placeholders for every value of the request. */
export const printStatement = (statement: Statement): PrintedStatement => {
  const printer = new Printer(dialects[statement.dialect]);
  const text = printer.query(statement.query);
  return { text, parameters: printer.parameters };
};

/** The same for people to read: values stand in it. It is shown, and never run as it is. */
export const printReadable = (statement: Statement): string =>
  new Printer(dialects[statement.dialect], 0, true).query(statement.query);

/** A relation to stand in parentheses within a text that has `before` parameters ahead of it. */
export const printRelation = (dialect: DialectName, relation: Select, before: number): PrintedStatement => {
  const printer = new Printer(dialects[dialect], before);
  const text = printer.query({ with: [], body: relation });
  return { text, parameters: printer.parameters };
};

/** Conditions that must all hold, to stand where there is room for one. */
export const printConditions = (dialect: DialectName, parts: readonly Sql[]): PrintedStatement => {
  const printer = new Printer(dialects[dialect]);
  const text = printer.conditions(parts);
  return { text, parameters: printer.parameters };
};
