/** What is shown of a column in each row, as a small tree, and how two of them meet. Rules: `CONTEXT.md`, "The algebra". */
import type { Sql } from '../../core/sql/statement.js';
import type { Mask } from '../model/model.js';
import { anyOf, type Condition } from './logic.js';

export type Show =
  | { readonly kind: 'clear' }
  | { readonly kind: 'masked'; readonly mask: Exclude<Mask, { kind: 'deny' }>; readonly entity: string }
  /** Not there for the subject in this row; in a column that other rows show, a null. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'case'; readonly when: Sql; readonly result: Show; readonly otherwise: Show };

/** The same in every row. */
export type PlainShow = Exclude<Show, { kind: 'case' }>;

export const clear: PlainShow = Object.freeze({ kind: 'clear' });
export const absent: PlainShow = Object.freeze({ kind: 'absent' });
const nothing = (entity: string): Show => ({ kind: 'masked', mask: { kind: 'null' }, entity });

export const showOf = (mask: Mask, entity: string): PlainShow =>
  mask.kind === 'deny' ? absent : { kind: 'masked', mask, entity };

const ranks: Partial<Record<Mask['kind'], number>> = { deny: 0, null: 1, fixed: 2, hash: 3 };
const others = 4;

const rankOf = (show: PlainShow): number => {
  if (show.kind === 'absent') return 0;
  return show.kind === 'clear' ? others + 1 : (ranks[show.mask.kind] ?? others);
};

const same = (a: Show, b: Show): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Both must agree: the stricter wins, and two different ones of the same strictness give null. */
export const stricter = (a: Show, b: Show): Show => {
  if (same(a, b)) return a;
  if (a.kind === 'case') return { ...a, result: stricter(a.result, b), otherwise: stricter(a.otherwise, b) };
  if (b.kind === 'case') return { ...b, result: stricter(a, b.result), otherwise: stricter(a, b.otherwise) };
  const [left, right] = [rankOf(a), rankOf(b)];
  if (left !== right) return left < right ? a : b;
  return a.kind === 'masked' ? nothing(a.entity) : a;
};

/** What one of several permissive policies admits, and how it shows the column. */
export interface Admission {
  readonly rows: Condition;
  readonly show: PlainShow;
}

/** In each row the most generous of those that admit it. Rows that none admits are not in the relation. */
export const mostGenerous = (admissions: readonly Admission[]): Show => {
  const shown = new Map<string, Admission>();
  for (const { rows, show } of admissions) {
    const key = JSON.stringify(show);
    shown.set(key, { show, rows: anyOf([shown.get(key)?.rows ?? false, rows]) });
  }
  const admitting = [...shown.values()].filter(({ rows }) => rows !== false);
  // Without any row (a list of an attribute may be empty) the columns are there all the same.
  const rising = (admitting.length > 0 ? admitting : [...shown.values()]).sort(
    (a, b) => rankOf(a.show) - rankOf(b.show),
  );
  let result: Show | null = null;
  for (const { rows, show } of rising) {
    // The least generous one needs no condition: what is admitted by no other is admitted by it.
    if (result === null || typeof rows === 'boolean') result = show;
    else result = { kind: 'case', when: rows, result: show, otherwise: result };
  }
  return result ?? absent;
};

/** Whether some row shows something. */
export const isThere = (show: Show): boolean =>
  show.kind === 'case' ? isThere(show.result) || isThere(show.otherwise) : show.kind !== 'absent';

/** The masks in it, the strictest first. */
export const masksIn = (show: Show): readonly Mask['kind'][] => {
  const found = new Set<Mask['kind']>();
  const visit = (inner: Show): void => {
    if (inner.kind === 'case') {
      visit(inner.result);
      visit(inner.otherwise);
    } else if (inner.kind === 'masked') found.add(inner.mask.kind);
    else if (inner.kind === 'absent') found.add('null');
  };
  visit(show);
  return [...found].sort((a, b) => (ranks[a] ?? others) - (ranks[b] ?? others));
};
