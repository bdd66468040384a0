import type { ModelSource } from './model-source.js';

/** What every answer of now has to say, because of the state that the model is in. */
export const standingWarnings = (source: ModelSource): readonly string[] =>
  source.state().status === 'stale'
    ? [
        `${source.words.name} has errors; what is asked of the model is answered from the last one without any. GET /health lists them.`,
      ]
    : [];

/** The same as a header, for answers whose body is the model itself and keeps its ETag. */
export const warningHeaders = (source: ModelSource): Readonly<Record<string, string>> => {
  const warnings = standingWarnings(source);
  return warnings.length === 0 ? {} : { 'X-DataMind-Warning': warnings.join(' ') };
};
