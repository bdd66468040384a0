import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Expr, ValueType } from '../../core/sql/expression.js';
import type { Sql } from '../../core/sql/statement.js';
import type { Attribute, Subject } from '../../core/subject/subject.js';
import { valueParameter } from '../plan/value-condition.js';

type Scalar = Exclude<Attribute, readonly unknown[]>;

const wanted: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date, as in 2026-01-31',
  timestamp: 'a time, as in 2026-01-31T10:00:00',
  instant: 'a time, as in 2026-01-31T10:00:00',
  unknown: 'a text, a number, or true or false',
};

const date = /^\d{4}-\d{2}-\d{2}$/;
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/;

const isReal = (text: string): boolean => {
  const day = text.slice(0, 10);
  const at = Date.parse(`${text.length === 10 ? text : text.slice(0, 19)}Z`.replace(/^(.{10})Z$/, '$1'));
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
};

const fits: Readonly<Record<ValueType, (value: Scalar) => boolean>> = {
  // Engines cut a text at a character of code 0, or refuse it.
  string: (value) => typeof value === 'string' && !value.includes('\0'),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && date.test(value) && isReal(value),
  timestamp: (value) => typeof value === 'string' && timestamp.test(value) && isReal(value),
  instant: () => false,
  unknown: (value) => fits[typeOf(value)](value),
};

const typeOf = (value: Scalar): 'string' | 'number' | 'boolean' => {
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : 'boolean';
};

/** A value of an attribute with the type that it is compared as. */
export interface SubjectValue {
  readonly type: 'string' | 'number' | 'boolean' | 'date' | 'timestamp';
  readonly value: Scalar;
}

const missing = (message: string): DataMindError => new DataMindError('ATTRIBUTE_MISSING', message);

const attributeOf = (subject: Subject, name: string): Attribute => {
  const value = Object.hasOwn(subject.attributes, name) ? subject.attributes[name] : undefined;
  if (value !== undefined && value !== null) return value;
  throw missing(`A policy needs your attribute "${name}", which you do not have.`);
};

const checked = (name: string, value: Scalar, type: ValueType): SubjectValue => {
  if (!fits[type](value)) throw missing(`A policy needs your attribute "${name}" to be ${wanted[type]}.`);
  return { type: type === 'unknown' || type === 'instant' ? typeOf(value) : type, value };
};

/** An attribute that must be one value. @throws DataMindError `ATTRIBUTE_MISSING` when it is missing, a list or of another type */
export const subjectValue = (subject: Subject, name: string, type: ValueType): SubjectValue => {
  const value = attributeOf(subject, name);
  if (Array.isArray(value)) throw missing(`A policy needs your attribute "${name}" to be one value and not a list.`);
  return checked(name, value as Scalar, type);
};

/** An attribute as a list; one value is a list of one. @throws DataMindError `ATTRIBUTE_MISSING` */
export const subjectValues = (subject: Subject, name: string, type: ValueType): readonly SubjectValue[] => {
  const value = attributeOf(subject, name);
  const list = (Array.isArray(value) ? value : [value]) as readonly Scalar[];
  return [...new Set(list)].map((item) => checked(name, item, type));
};

/** Never in the notation with an exponent, which is a binary float to most engines. */
const plainDigits = (value: number): string => {
  const text = String(value);
  return text.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : text;
};

/** As a constant in an expression. */
export const literalOf = ({ type, value }: SubjectValue): Expr => {
  if (typeof value !== 'number') return { kind: 'literal', type, value: String(value) };
  const size: Expr = { kind: 'literal', type: 'number', value: plainDigits(Math.abs(value)) };
  return value < 0 ? { kind: 'unary', operator: '-', operand: size } : size;
};

/** As a bound value; dates and times are constants, whose spelling the dialect's printer knows. */
export const sqlOf = (subject: SubjectValue): Sql => {
  const { type, value } = subject;
  if (type === 'date' || type === 'timestamp') {
    return { kind: 'authored', expr: literalOf(subject), aliases: { '': '' } };
  }
  return valueParameter(value, type, 'subject', '');
};
