import type { Redactor } from '../secrets/create-redactor.js';
import type { AppLogger } from './create-logger.js';
import { redactFields } from './redact-fields.js';

type Fields = Readonly<Record<string, unknown>>;

/** A logger that masks more than the one beneath it: secrets that somebody chose who must not choose what others' lines may say. */
export const withRedactor = (log: AppLogger, redact: Redactor): AppLogger => {
  const clean = (fields: Fields = {}): Fields => redactFields(fields, redact) as Fields;
  return {
    debug: (message, fields) => log.debug(redact(message), clean(fields)),
    info: (message, fields) => log.info(redact(message), clean(fields)),
    warn: (message, fields) => log.warn(redact(message), clean(fields)),
    error: (message, fields) => log.error(redact(message), clean(fields)),
    child: (fields) => withRedactor(log.child(fields), redact),
  };
};
