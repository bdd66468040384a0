import type { Grain } from '../../core/query/semantic-query.js';
import type { Precision } from './precision.js';

/** What the statement was made from, for each column of the result. */
export interface PlannedColumn {
  readonly name: string;
  readonly kind: 'metric' | 'dimension';
  readonly type: 'string' | 'number' | 'boolean' | 'date' | 'timestamp';
  readonly unit: string | null;
  readonly format: string | null;
  readonly label: string;
  readonly description: string | null;
  readonly grain: Grain | null;
  /** The qualified name of the dimension or metric. */
  readonly member: string;
  /** Absent where the number is as exact as what is stored. */
  readonly precision?: Precision;
}
