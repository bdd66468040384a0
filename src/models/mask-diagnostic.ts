import { maskText } from '../../core/pii/mask-text.js';
import type { Diagnostic } from '../../semantic/check/diagnostic.js';

/**
 * A diagnostic without personal data that it quotes of a file: as the server keeps it, and so as it reaches logs, answers,
 * health and audit. The place tells the author what is meant; the command line shows authors their own text as it is.
 */
export const maskDiagnostic = (diagnostic: Diagnostic): Diagnostic => {
  const { suggestion, related, ...rest } = diagnostic;
  const isPlain = suggestion === undefined || maskText(suggestion) === suggestion;
  return {
    ...rest,
    file: maskText(rest.file),
    message: maskText(rest.message),
    // What is to be written must not have a mask in it.
    ...(suggestion !== undefined && isPlain && { suggestion }),
    ...(related && {
      related: related.map((place) => ({ ...place, file: maskText(place.file), message: maskText(place.message) })),
    }),
  };
};
