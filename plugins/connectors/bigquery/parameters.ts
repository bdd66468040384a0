import type { Parameter } from 'datamind/contract';

const numeric = /^-?\d{1,29}(?:\.\d{1,9})?$/;

const types: Readonly<Record<Parameter['type'], (value: string) => string>> = {
  string: () => 'STRING',
  integer: () => 'INT64',
  bigint: () => 'INT64',
  decimal: (value) => (numeric.test(value) ? 'NUMERIC' : 'BIGNUMERIC'),
  float: () => 'FLOAT64',
  boolean: () => 'BOOL',
  date: () => 'DATE',
  timestamp: () => 'DATETIME',
  timestamptz: () => 'TIMESTAMP',
};

/** Named parameters `p1`, `p2`, … as the service takes them: typed, and as text. */
export const queryParameters = (parameters: readonly Parameter[]): readonly object[] =>
  parameters.map(({ type, value }, index) => ({
    name: `p${index + 1}`,
    parameterType: { type: types[type](String(value)) },
    parameterValue: { value: value === null ? null : String(value) },
  }));
