import type { CallExpr, Expr, ValueType } from '../../core/sql/expression.js';
import type { FunctionName } from '../../core/sql/functions.js';
import type { Grain } from '../../core/query/semantic-query.js';
import { column, parameter, type Sql, type TimeStores } from '../../core/sql/statement.js';
import type { DialectExpr, Mask, Model, Weekday } from '../model/model.js';
import { coarseness } from '../plan/calendar.js';
import { hashKeyOf } from './hash-key.js';
import type { Show } from './show.js';

export interface MaskContext {
  readonly model: Model;
  readonly alias: string;
  /** Secret of the installation that hashes are salted with; without one a hash is a null. */
  readonly salt: string | null;
  /** An author's mask as a value of the row; `null` when it cannot be one. */
  expression(expr: DialectExpr, entity: string, column: string): Sql | null;
}

/** A column as far as the model knows it. */
export interface KnownColumn {
  readonly name: string;
  readonly type: ValueType | null;
  readonly stores: TimeStores | null;
}

const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const text = (value: string): Expr => ({ kind: 'literal', type: 'string', value });
const number = (value: number): Expr => ({ kind: 'literal', type: 'number', value: String(value) });
const call = (name: FunctionName, type: ValueType, ...args: readonly Expr[]): CallExpr => ({
  kind: 'call',
  function: name,
  native: false,
  args,
  type,
});
const binary = (left: Expr, operator: Extract<Expr, { kind: 'binary' }>['operator'], right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});
const when = (condition: Expr, value: Expr, otherwise: Expr | null): Expr => ({
  kind: 'case',
  // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
  branches: [{ when: condition, then: value }],
  otherwise,
});

/** How a part that is hidden is written. Always of one length, so that it does not tell that of what it stands for. */
const stars = text('***');

const notNull = (x: Expr, value: Expr): Expr => when({ kind: 'is_null', operand: x, negated: true }, value, null);

/** The first character, and the domain when there is exactly one `@`. */
const email = (x: Expr): Expr => {
  const at = call('strpos', 'number', x, text('@'));
  const domain = call('substring', 'string', x, at);
  const others = call('length', 'number', call('replace', 'string', x, text('@'), text('')));
  const isOne = binary(others, '=', binary(call('length', 'number', x), '-', number(1)));
  const first = binary(call('left', 'string', x, number(1)), '||', binary(stars, '||', domain));
  const some = when(binary(at, '>', number(2)), first, binary(stars, '||', domain));
  return notNull(x, when(isOne, some, stars));
};

/** Nothing of a text that is not longer than what is kept. */
const partial = (x: Expr, keep: number, side: 'first' | 'last'): Expr => {
  const isLonger = binary(call('length', 'number', x), '>', number(keep));
  const kept = call(side === 'first' ? 'left' : 'right', 'string', x, number(keep));
  const shown = side === 'first' ? binary(kept, '||', stars) : binary(stars, '||', kept);
  return notNull(x, when(isLonger, shown, stars));
};

/** The lower end of the range that the number lies in. */
const range = (x: Expr, width: number): Expr =>
  binary(call('floor', 'number', binary(x, '/', number(width))), '*', number(width));

/** Cut in UTC where it is an instant, and of the type it had. */
const cut = (model: Model, operand: Sql, grain: Grain, stores: TimeStores): Sql => {
  const calendar = {
    week_start: weekdays.indexOf(model.project.week_start),
    fiscal_month: model.project.fiscal_year_start,
  };
  const isInstant = stores === 'instant';
  const from: Sql = isInstant ? { kind: 'local_time', operand, stores, zone: 'UTC' } : operand;
  const of = stores === 'date' ? 'date' : 'timestamp';
  const start: Sql = { kind: 'truncate', grain, operand: from, calendar, of };
  if (stores === 'date' || coarseness[grain] < coarseness.day) return isInstant ? back(start) : start;
  const midnight: Sql = { kind: 'shift', operand: start, by: { count: 0, unit: 'minute' }, of: 'timestamp' };
  return isInstant ? back(midnight) : midnight;
};

/** A time in UTC as an instant again: where the two differ, the same words turn either into the other. */
const back = (operand: Sql): Sql => ({ kind: 'local_time', operand, stores: 'instant', zone: 'UTC' });

/** The key comes as bound values, so that no text of a statement shows it. */
const hash = (salt: string, operand: Sql): Sql => {
  const { outer, inner } = hashKeyOf(salt);
  return { kind: 'hash', operand, outer: parameter('string', outer), inner: parameter('string', inner) };
};

/** A null of the column's type, whatever that is. */
export const typedNull = (operand: Sql): Sql => ({
  kind: 'case',
  when: { kind: 'false' },
  result: operand,
  otherwise: null,
});

const maskValue = (context: MaskContext, { name, type, stores }: KnownColumn, mask: Mask, entity: string): Sql => {
  const bare = column(context.alias, name);
  const field: Expr = { kind: 'field', path: [], column: name, type: type ?? 'unknown' };
  const authored = (expr: Expr): Sql => ({ kind: 'authored', expr, aliases: { '': context.alias } });
  switch (mask.kind) {
    case 'deny':
    case 'null':
      return typedNull(bare);
    case 'fixed':
      return authored(text(mask.value));
    case 'email':
      return authored(email(field));
    case 'partial':
      return authored(partial(field, mask.keep, mask.side));
    case 'hash':
      return context.salt === null ? typedNull(bare) : hash(context.salt, bare);
    case 'range':
      return authored(range(field, mask.width));
    case 'date_trunc':
      return cut(context.model, bare, mask.grain, stores ?? (type === 'date' ? 'date' : 'local'));
    case 'expression':
      return context.expression(mask.expr, entity, name) ?? typedNull(bare);
  }
};

/** The value of a column as it is shown. */
export const shownValue = (context: MaskContext, known: KnownColumn, show: Show): Sql => {
  switch (show.kind) {
    case 'clear':
      return column(context.alias, known.name);
    case 'absent':
      return typedNull(column(context.alias, known.name));
    case 'masked':
      return maskValue(context, known, show.mask, show.entity);
    case 'case':
      return {
        kind: 'case',
        when: show.when,
        result: shownValue(context, known, show.result),
        otherwise: show.otherwise.kind === 'absent' ? null : shownValue(context, known, show.otherwise),
      };
  }
};
