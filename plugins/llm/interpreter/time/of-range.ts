/** The range of a query as the time that it was said as, to be put beside another one. */
import type { Grain, SemanticQuery } from 'datamind/contract';
import {
  type Bounded,
  type Calendar,
  day,
  fiscalYear,
  monthOf,
  move,
  periodAt,
  startOf,
  startOfDay,
} from './calendar.js';
import { made } from './eat-period.js';
import type { TimeExpression } from './expression.js';

/** A range as a query says it. */
export type Range = NonNullable<NonNullable<SemanticQuery['time']>['range']>;

const units: readonly Grain[] = ['day', 'month', 'quarter', 'year'];

const ofSpan = ({ low, high }: Bounded, words: string | null, unit?: Grain): TimeExpression =>
  made(
    { low, high },
    0,
    unit ?? units.find((one) => startOf(low, one, noWeeks) === low && move(low, one, 1) === high) ?? null,
    words,
  );

const noWeeks: Calendar = { now: 0, weekStart: 0, fiscalMonth: 1 };

/** `null` for words that say no bounded period. */
export const ofRange = (range: Range, calendar: Calendar): TimeExpression | null => {
  if (typeof range !== 'string') {
    const [low, high] = range.map((one) =>
      one === null ? Number.NaN : Date.parse(one.length === 10 ? one : `${one}Z`),
    );
    return Number.isNaN(low) || Number.isNaN(high) ? null : ofSpan({ low: low!, high: high! }, null);
  }
  const [, year, quarter, month, date] = /^(\d{4})(?:-Q([1-4])|-(\d\d)(?:-(\d\d))?)?$/.exec(range) ?? [];
  if (year !== undefined) {
    const unit: Grain =
      quarter !== undefined ? 'quarter' : date !== undefined ? 'day' : month !== undefined ? 'month' : 'year';
    const first = quarter !== undefined ? Number(quarter) * 3 - 2 : Number(month ?? 1);
    const low = monthOf(Number(year), first) + (Number(date ?? 1) - 1) * day;
    return ofSpan({ low, high: move(low, unit, 1) }, range, unit);
  }
  const fiscal = /^FY(\d{4})$/.exec(range)?.[1];
  if (fiscal !== undefined) return ofSpan(fiscalYear(calendar, Number(fiscal)), range, 'fiscal_year');
  const [, which, named] = /^(this|last) (day|week|month|quarter|year|fiscal quarter|fiscal year)$/.exec(range) ?? [];
  if (named !== undefined) {
    const unit = named.replace(' ', '_') as Grain;
    return ofSpan(periodAt(calendar, unit, which === 'this' ? 0 : -1), range, unit);
  }
  if (range !== 'year to date') return null;
  const low = startOf(calendar.now, 'year', calendar);
  return made({ low, high: startOfDay(calendar.now) + day }, 0, null, range);
};

/** The period of the same kind right before; `null` where the word for it is of another kind: the month before a month. */
export const periodBefore = ({ low, unit }: TimeExpression, said: string): TimeExpression | null => {
  if (low === null || unit === null || (said !== 'period' && unit.replace('fiscal_', '') !== said)) return null;
  return ofSpan({ low: move(low, unit, -1), high: low }, null, unit);
};
