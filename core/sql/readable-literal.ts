import type { Parameter } from '../plugin/contract.js';
import type { Dialect } from './dialects/dialect.js';

/** A value as the dialect writes it in a text, for people to read. */
export const readableLiteral = (dialect: Dialect, { type, value }: Parameter): string => {
  if (value === null) return 'NULL';
  const text = String(value);
  if (type === 'boolean') return dialect.boolean(value === true || text === 'true');
  if (type === 'date') return dialect.date(text);
  if (type === 'timestamp') return dialect.timestamp(text);
  return type !== 'string' && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? text : dialect.text(text);
};
