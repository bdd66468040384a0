/** Whoever works in a project asks its part of the model, and is told of nothing else. */
import type { ErrorCode } from '../../core/errors/catalogue.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { identifiersIn, mentionsOutside, namesIn } from '../../semantic/policy/outside-names.js';

/** Who asks, and the model that they are answered from. */
interface Asked {
  readonly model: Model;
  readonly subject: Subject;
}

/** The same answer as to whoever is no member. */
export const projectNotThere = (name: string): DataMindError =>
  new DataMindError('FORBIDDEN', `There is no project "${name}" here.`, {
    hint: 'Leave the project away, or name one of yours.',
  });

/**
 * The last line: whoever composes a request takes the model from `WorkspaceModels.modelFor`, and here it is seen that they did.
 * @throws DataMindError `FORBIDDEN` for a subject of a project with a model that is not the project's
 */
export const assertOwnModel = ({ model, subject }: Asked): void => {
  if (subject.project === (model.view?.project ?? null)) return;
  throw projectNotThere(subject.project ?? '');
};

/** The refusals that may go on without any name. */
const nameless: Partial<Record<ErrorCode, string>> = {
  UNKNOWN_MEMBER: 'There is no such metric or dimension here.',
  TABLE_UNKNOWN: 'There is no such table in the model.',
  COLUMN_UNKNOWN: 'There is no such column.',
};

/** A refusal as it is told: the second look at it. @param asked what may be repeated */
export const withoutNames = (model: Model, asked: unknown, error: DataMindError): DataMindError => {
  if (model.view === undefined) return error;
  const said = identifiersIn(JSON.stringify(asked) ?? '');
  const { code, message, details } = error;
  const tells = (text: string): boolean => mentionsOutside(model, text, said);
  const names = [message, details.hint ?? ''].map(namesIn);
  if (![...names, ...(details.suggestions ?? [])].some(tells)) return error;
  const plain = nameless[code] ?? 'This query needs a part of the model that does not go together with the rest of it.';
  return new DataMindError(code, plain, { ...(details.at !== undefined && { at: details.at }) });
};

/** Prepares what is asked. @throws DataMindError as `prepare` does, without names that do not exist for whoever asks */
export const withinProject = async <Request extends Asked, T>(
  request: Request,
  asked: unknown,
  prepare: (request: Request) => Promise<T>,
): Promise<T> => {
  assertOwnModel(request);
  const { model } = request;
  if (model.view === undefined) return prepare(request);
  try {
    return await prepare(request);
  } catch (error) {
    if (!(error instanceof DataMindError)) throw error;
    throw withoutNames(model, asked, error);
  }
};
