import { type Parameter, PluginError } from 'datamind/contract';
import { toPostgresTime } from './times.js';

/**
 * The type that each parameter is sent as. 0 lets the server decide from where the placeholder stands, so that a string
 * compares with a UUID, an enumeration or a varchar alike.
 */
const parameterOids: Readonly<Record<Parameter['type'], number>> = {
  string: 0,
  integer: 23,
  bigint: 20,
  decimal: 1700,
  float: 701,
  boolean: 16,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
};

const times: ReadonlySet<Parameter['type']> = new Set(['date', 'timestamp', 'timestamptz']);

export interface BoundParameters {
  readonly types: number[];
  readonly values: (string | null)[];
}

/** The protocol counts them in 16 bits, and the driver would let the count run over. */
const mostParameters = 65_535;

export function bindParameters(parameters: readonly Parameter[]): BoundParameters {
  if (parameters.length > mostParameters) {
    throw new PluginError('STATEMENT_INVALID', 'The statement has more values than the 65,535 that PostgreSQL takes.');
  }
  const asText = ({ type, value }: Parameter): string | null => {
    if (value === null) return null;
    return times.has(type) ? toPostgresTime(String(value)) : String(value);
  };
  return {
    types: parameters.map((parameter) => parameterOids[parameter.type]),
    values: parameters.map(asText),
  };
}
