import type { ModelSource } from './model-source.js';

const stale =
  'The ontology folder has errors; what is asked of the model is answered from the last one without any. GET /health lists them.';

/** What every answer of now has to say, because of the state that the model is in. */
export const standingWarnings = (models: ModelSource): readonly string[] =>
  models.state().status === 'stale' ? [stale] : [];

/** The same as a header, for answers whose body is the model itself and keeps its ETag. */
export const warningHeaders = (models: ModelSource): Readonly<Record<string, string>> => {
  const warnings = standingWarnings(models);
  return warnings.length === 0 ? {} : { 'X-DataMind-Warning': warnings.join(' ') };
};
