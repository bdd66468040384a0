/** Policies on rows, and on columns, in the words of older clients: narrower than the YAML, and mapped to the same. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { PolicyBody } from './store.js';

interface Narrow {
  readonly name: string;
  readonly entity: string;
  readonly for: unknown;
  readonly effect: string;
  readonly [key: string]: unknown;
}

export interface RowPolicy extends Narrow {
  readonly rows: unknown;
}

export interface ColumnPolicy extends Narrow {
  readonly columns: readonly string[];
  readonly mask?: unknown;
  readonly deny?: true;
  readonly allow?: true;
}

export const rowPolicyBody = ({ entity, ...rest }: RowPolicy): PolicyBody => ({ ...rest, on: entity });

/** Words for masks that older clients use. */
const maskWords: Readonly<Record<string, unknown>> = { full: { fixed: '***' }, partial: 'last 4' };

const maskOf = (mask: unknown): unknown =>
  typeof mask === 'string' && Object.hasOwn(maskWords, mask) ? maskWords[mask] : mask;

/** @throws DataMindError `BAD_REQUEST` */
export const columnPolicyBody = ({ entity, columns, mask, deny, allow, ...rest }: ColumnPolicy): PolicyBody => {
  const kinds = [mask !== undefined, deny === true, allow === true].filter(Boolean);
  if (kinds.length !== 1) {
    throw new DataMindError('BAD_REQUEST', 'Say one of "mask", "deny" and "allow": what becomes of the columns.');
  }
  const what =
    allow === true
      ? { allow_only: columns }
      : {
          columns: Object.fromEntries(
            columns.map((column) => [column, deny === true ? 'deny' : { mask: maskOf(mask) }]),
          ),
        };
  return { ...rest, on: entity, ...what };
};
