import type { Cell, ErrorCode, LogicalType } from '../contract.js';

interface ValueFact {
  readonly title: string;
  readonly type: LogicalType;
  readonly cell: Cell;
}

/** Every byte once, in order. */
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64');

/** The values that are asked of every engine, with what must come out. Each is a case `types/<name>`. */
export const valueProbes = {
  'boolean-true': { title: 'true', type: 'boolean', cell: true },
  'boolean-false': { title: 'false', type: 'boolean', cell: false },
  'boolean-null': { title: 'a null boolean keeps its type', type: 'boolean', cell: null },
  'integer-max': { title: 'the largest 32-bit integer', type: 'integer', cell: 2_147_483_647 },
  'integer-min': { title: 'the smallest 32-bit integer', type: 'integer', cell: -2_147_483_648 },
  'integer-null': { title: 'a null integer keeps its type', type: 'integer', cell: null },
  'bigint-max': { title: 'the largest 64-bit integer', type: 'bigint', cell: '9223372036854775807' },
  'bigint-min': { title: 'the smallest 64-bit integer', type: 'bigint', cell: '-9223372036854775808' },
  'bigint-small': { title: 'a small 64-bit integer is a string too', type: 'bigint', cell: '7' },
  'bigint-unsigned': { title: 'the largest unsigned 64-bit integer', type: 'bigint', cell: '18446744073709551615' },
  'decimal-38': {
    title: 'a decimal of 38 digits',
    type: 'decimal',
    cell: '12345678901234567890123456789012345678',
  },
  'decimal-38-scale': {
    title: 'a negative decimal of 38 digits, 10 behind the point',
    type: 'decimal',
    cell: '-1234567890123456789012345678.0123456789',
  },
  'decimal-zeros': { title: "a decimal keeps the zeros of its column's scale", type: 'decimal', cell: '1.50' },
  'decimal-small': { title: 'a decimal below one, negative', type: 'decimal', cell: '-0.0000000001' },
  'decimal-tenth': { title: 'a tenth that a float cannot hold', type: 'decimal', cell: '0.10' },
  'decimal-null': { title: 'a null decimal keeps its type', type: 'decimal', cell: null },
  'float-tenth': { title: 'a float with all its digits', type: 'float', cell: 0.30000000000000004 },
  'float-max': { title: 'the largest float', type: 'float', cell: 1.7976931348623157e308 },
  'float-min': { title: 'the smallest float', type: 'float', cell: 5e-324 },
  'float-whole': { title: 'a float without a fraction is a number', type: 'float', cell: 3 },
  'float-nan': { title: 'not a number', type: 'float', cell: 'NaN' },
  'float-infinity': { title: 'infinity', type: 'float', cell: 'Infinity' },
  'float-minus-infinity': { title: 'minus infinity', type: 'float', cell: '-Infinity' },
  'string-empty': { title: 'the empty string is not null', type: 'string', cell: '' },
  'string-null': { title: 'a null string keeps its type', type: 'string', cell: null },
  'string-unicode': {
    title: 'characters outside the basic plane, combined and right-to-left',
    type: 'string',
    cell: '😀𝒟é‏שלום\u0301',
  },
  'string-quotes': { title: 'quotes, backslashes, line ends and tabs', type: 'string', cell: `'"\`\\ \n\t;--` },
  'string-digits': { title: 'a string of digits stays a string', type: 'string', cell: '007' },
  'string-long': { title: 'a string of a million characters', type: 'string', cell: 'x'.repeat(1_000_000) },
  uuid: { title: 'a UUID in lower case', type: 'uuid', cell: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  'date-plain': { title: 'a leap day', type: 'date', cell: '2024-02-29' },
  'date-before-epoch': { title: 'the day before 1970', type: 'date', cell: '1969-12-31' },
  'date-first': { title: 'the first day of the year 1', type: 'date', cell: '0001-01-01' },
  'date-before-christ': { title: 'a date before the year 1', type: 'date', cell: '-000043-03-15' },
  'date-far': { title: 'a date after 9999', type: 'date', cell: '+012345-01-01' },
  'date-infinity': { title: 'the date that never comes', type: 'date', cell: 'infinity' },
  'time-micros': { title: 'a time of day with microseconds', type: 'time', cell: '23:59:59.999999' },
  'time-tenths': { title: 'a time of day with one digit behind the point', type: 'time', cell: '23:59:59.500000' },
  'time-whole': { title: 'a time of day without a fraction', type: 'time', cell: '00:00:00' },
  'timestamp-micros': { title: 'a timestamp with microseconds', type: 'timestamp', cell: '2024-02-29T12:34:56.789012' },
  'timestamp-tenths': {
    title: 'a timestamp with one digit behind the point',
    type: 'timestamp',
    cell: '2024-02-29T12:34:56.500000',
  },
  'timestamp-whole': { title: 'a timestamp without a fraction', type: 'timestamp', cell: '2024-02-29T12:34:56' },
  'timestamp-before-epoch': {
    title: 'a microsecond before 1970',
    type: 'timestamp',
    cell: '1969-12-31T23:59:59.999999',
  },
  'timestamp-far': { title: 'a timestamp after 9999', type: 'timestamp', cell: '+012345-01-01T00:00:00' },
  'timestamp-null': { title: 'a null timestamp keeps its type', type: 'timestamp', cell: null },
  'timestamptz-offset': {
    title: 'an instant given with an offset comes in UTC',
    type: 'timestamptz',
    cell: '2024-02-29T07:04:56.789012Z',
  },
  'timestamptz-before-epoch': {
    title: 'an instant a microsecond before 1970',
    type: 'timestamptz',
    cell: '1969-12-31T23:59:59.999999Z',
  },
  'interval-mixed': {
    title: 'an interval, in whatever words the engine has',
    type: 'interval',
    cell: '1 day 02:03:04',
  },
  'binary-all': { title: 'every byte', type: 'binary', cell: allBytes },
  'binary-empty': { title: 'no bytes', type: 'binary', cell: '' },
  'json-object': { title: 'JSON text', type: 'json', cell: '{"a":[1,null,"é"],"b":{"c":12345678901234567890}}' },
  'json-null': { title: "JSON's null is not SQL's", type: 'json', cell: 'null' },
  'array-integers': { title: 'an array with a null inside', type: 'array', cell: [1, null, 3] },
  'array-bigints': {
    title: 'elements follow the rules of their own type',
    type: 'array',
    cell: ['9223372036854775807', '-1'],
  },
  'array-nested': { title: 'arrays in an array, one null', type: 'array', cell: [[1, null], null, []] },
  'array-strings': { title: 'strings that look like syntax', type: 'array', cell: ['', 'a,b', '{"}', "it's", 'NULL'] },
  'array-empty': { title: 'an empty array', type: 'array', cell: [] },
  'array-null': { title: 'a null array', type: 'array', cell: null },
} as const satisfies Record<string, ValueFact>;

export type ValueProbe = keyof typeof valueProbes;

/** A value that is in the statement or in the data of failing statements: no message may hold it. */
export const confidential = 'dmc-confidential-4711';

/** What can go wrong in a statement, with the code that says so. Each is a case `errors/<name>`. */
export const errorProbes = {
  syntax: { title: 'a syntax error', code: 'STATEMENT_INVALID' },
  'missing-table': { title: 'a table that is not there', code: 'RELATION_NOT_FOUND' },
  'missing-column': { title: 'a column that is not there', code: 'COLUMN_NOT_FOUND' },
  'missing-function': { title: 'a function that is not there', code: 'STATEMENT_INVALID' },
  'division-by-zero': { title: 'a division by zero', code: 'DIVISION_BY_ZERO' },
  overflow: { title: 'a number too large for its type', code: 'NUMERIC_OVERFLOW' },
  cast: { title: 'a value that cannot be converted', code: 'VALUE_INVALID' },
  'cast-late': { title: 'a value that cannot be converted, after many rows that can', code: 'VALUE_INVALID' },
  permission: { title: 'a table that the role may not read', code: 'PERMISSION_DENIED' },
} as const satisfies Record<string, { readonly title: string; readonly code: ErrorCode }>;

export type ErrorProbe = keyof typeof errorProbes;

/** How a connection can fail to come about. Each is a case `life-cycle/connect-<name>`. */
export const connectProbes = {
  'wrong-password': 'a wrong password',
  'unknown-user': 'a user who is not there',
  'unknown-host': 'a host name that does not resolve',
  'closed-port': 'a port where nobody listens',
  'unknown-database': 'a database that is not there',
  'not-a-database': 'something that is not such a database',
} as const;

export type ConnectProbe = keyof typeof connectProbes;
