import { errorCatalogue } from '../errors/catalogue.js';
import { maskText } from '../pii/mask-text.js';
import type { Redactor } from '../secrets/create-redactor.js';
import { PluginError } from './contract.js';
import type { PluginFailure } from './startup-report.js';
import { TimeUp } from './within.js';

/**
 * What may be said about a plugin's failure. A plugin that throws something other than a `PluginError` is not quoted: the
 * text could be its driver's, with a password in it.
 */
export const describeFailure = (error: unknown, doing: string, limitMs: number, redact: Redactor): PluginFailure => {
  if (error instanceof TimeUp)
    return { code: 'PLUGIN_FAILED', message: `it did not ${doing} within ${limitMs / 1000} s` };
  if (PluginError.is(error)) {
    const code = Object.hasOwn(errorCatalogue, error.code) ? error.code : 'PLUGIN_FAILED';
    return { code, message: maskText(redact(String(error.message))) };
  }
  return { code: 'PLUGIN_FAILED', message: `it did not ${doing}, and gave no reason; the log has the cause` };
};
