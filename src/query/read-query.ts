import type { SemanticQuery } from '../../semantic/plan/query.js';
import { checkValue } from '../api/check-values.js';
import './schemas.js';

const schema = { $ref: '#/$defs/SemanticQuery' };

/** A value from outside as a semantic query. @throws DataMindError `QUERY_INVALID` with every fault */
export const readQuery = (value: unknown): SemanticQuery => {
  checkValue(schema, value, 'QUERY_INVALID', 'The query');
  return value as SemanticQuery;
};
