/** What is said of a model that has errors. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Diagnostic } from '../../semantic/check/diagnostic.js';
import { wholeFolder } from '../../semantic/load/source-text.js';

export const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
const shown = 20;

/** @param changed the file whose errors come first: what is wrong elsewhere may follow from them */
export const refusal = (
  diagnostics: readonly Diagnostic[],
  what: string,
  changed?: ReadonlySet<string>,
): { message: string; errors: readonly Diagnostic[] } => {
  const found = diagnostics.filter(isError);
  const isOwn = ({ file }: Diagnostic): boolean => changed?.has(file) === true;
  const errors = [...found.filter(isOwn), ...found.filter((error) => !isOwn(error))];
  const first = errors[0];
  const place = first === undefined || first.file === wholeFolder ? '' : `${first.file}:${first.line}:${first.column} `;
  const count = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`;
  return {
    message: `${what} has ${count}${first === undefined ? '' : `: ${place}${first.message}`}`,
    errors: errors.slice(0, shown),
  };
};

export const invalidChange = (diagnostics: readonly Diagnostic[], changed: ReadonlySet<string>): DataMindError => {
  const { message, errors } = refusal(diagnostics, 'With this change the model', changed);
  return new DataMindError('MODEL_INVALID', message, { errors, hint: 'Nothing was written.' });
};

/** Whether a change leaves fewer errors than there were, and none that was not there: lines may move, words may not. */
export const mends = (before: readonly Diagnostic[], after: readonly Diagnostic[]): boolean => {
  const nameOf = ({ file, code, message }: Diagnostic): string => JSON.stringify([file, code, message]);
  const left = before.filter(isError).map(nameOf);
  const known = after.filter(isError).every((error) => {
    const at = left.indexOf(nameOf(error));
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
  return known && left.length > 0;
};
