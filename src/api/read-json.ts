import { parseJson } from '../../core/config/parse-json.js';
import { DataMindError } from '../../core/errors/datamind-error.js';

/**
 * Parses JSON that a caller sent. A key that is there twice is refused: one of the two would be lost in silence, and with it,
 * say, a filter.
 * @throws DataMindError `BAD_REQUEST` with line and column
 */
export const readJson = (text: string, what = 'The body'): unknown => {
  const { value, problems } = parseJson(text);
  if (problems.length === 0) return value;
  const errors = problems.map(({ at, place, message }) => ({ at, line: place.line, column: place.column, message }));
  const { line, column, message } = errors[0]!;
  throw new DataMindError(
    'BAD_REQUEST',
    `${what} cannot be read as JSON: line ${line}, column ${column}: ${message}.`,
    {
      errors,
    },
  );
};
