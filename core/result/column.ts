/**
 * What a value in a result set is, whatever engine it came from. Each type fixes one JSON-safe spelling, so that nothing
 * loses digits on the way:
 *
 * | type          | spelling in a row                                                                 |
 * | ------------- | --------------------------------------------------------------------------------- |
 * | `boolean`     | `true`, `false`                                                                   |
 * | `integer`     | number; at most 32 bits wide                                                      |
 * | `bigint`      | string of digits; 64 bits and wider                                               |
 * | `decimal`     | string of digits, with the column's scale                                         |
 * | `float`       | number, or one of the strings `NaN`, `Infinity`, `-Infinity`                      |
 * | `string`      | string                                                                            |
 * | `uuid`        | string, lower case                                                                |
 * | `date`        | `YYYY-MM-DD`; years outside 0000–9999 as ISO-8601 extended (`+012345-01-01`, `-000043-03-15`) |
 * | `time`        | `HH:MM:SS[.ffffff]`                                                               |
 * | `timestamp`   | no zone: `YYYY-MM-DDTHH:MM:SS[.ffffff]`, years as for `date`                      |
 * | `timestamptz` | an instant: as `timestamp` in UTC, with a final `Z`                               |
 * | `interval`    | string, as the engine writes it                                                   |
 * | `binary`      | base64                                                                            |
 * | `json`        | string that holds the JSON text                                                   |
 * | `array`       | JSON array, elements spelled by the rules of their own type                       |
 * | `unknown`     | string, as the engine writes it                                                   |
 *
 * SQL's null is `null` in every type. `infinity` dates of PostgreSQL are the strings `infinity` and `-infinity`.
 */
export type LogicalType =
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'float'
  | 'string'
  | 'uuid'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'binary'
  | 'json'
  | 'array'
  | 'unknown';

export interface Column {
  readonly name: string;
  readonly type: LogicalType;
  /** The engine's own name of the type, for people. */
  readonly nativeType: string;
}

export type Cell = null | boolean | number | string | readonly Cell[];
export type Row = readonly Cell[];
