import { redactFields } from '../../core/logging/redact-fields.js';
import type { Redactor } from '../../core/secrets/create-redactor.js';
import type { JsonObject } from './trail.js';

const unkeepable = /\p{Surrogate}|\0/u;

/** PostgreSQL keeps neither; both are no text anyway. */
export const cleanText = (text: string): string =>
  unkeepable.test(text) ? Buffer.from(text).toString().replaceAll('\0', '\u{FFFD}') : text;

/** What is said about an action, as the JSON text that is kept: without secrets, without personal data. */
export const cleanDetail = (detail: JsonObject, redact: Redactor): string =>
  cleanText(JSON.stringify(redactFields(detail, redact)));
