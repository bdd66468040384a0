import { maskText } from '../pii/mask-text.js';
import type { Redactor } from '../secrets/create-redactor.js';
import { describeError } from './describe-error.js';

const secretKey =
  /^(?:.*[_-])?(?:pass(?:word|wd|phrase)?|pwd|secret|token|authorization|cookie|credentials?|(?:api|access|private)[_-]?key)$/i;
const camelSecretKey = /(?:Password|Passphrase|Secret|Token|ApiKey|AccessKey|PrivateKey|Credentials?)$/;
const deepest = 8;
const mostItems = 200;

const isSecretKey = (key: string): boolean => secretKey.test(key) || camelSecretKey.test(key);

/** A card or an id is one, also as a number. */
const maskNumber = (value: number): number | string => {
  if (!Number.isSafeInteger(value) || value < 1e9) return value;
  const text = String(value);
  const masked = maskText(text);
  return masked === text ? value : masked;
};

/**
 * A copy of the fields of a log line that can be written as JSON and holds no secret and no personal data: every text goes through the
 * redactor and the mask, what stands under the name of a secret is masked whole, errors become data. Cycles, depth and length are cut.
 */
export const redactFields = (fields: unknown, secrets: Redactor): unknown => {
  const redact = (text: string): string => maskText(secrets(text));
  const above = new Set<object>();
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return redact(value);
    if (typeof value === 'bigint') return redact(value.toString());
    if (typeof value === 'number') return maskNumber(value);
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (above.has(value)) return '[circular]';
    if (depth > deepest) return '[deep]';
    above.add(value);
    try {
      return walkObject(value, depth);
    } finally {
      above.delete(value);
    }
  };
  const walkObject = (value: object, depth: number): unknown => {
    if (value instanceof Error) return walk(describeError(value), depth + 1);
    if (Array.isArray(value) || value instanceof Set) {
      return [...value].slice(0, mostItems).map((item) => walk(item, depth + 1));
    }
    const entries = value instanceof Map ? [...value].map(([k, v]) => [String(k), v] as const) : Object.entries(value);
    return Object.fromEntries(
      entries
        .slice(0, mostItems)
        .map(([key, inner]) => [
          redact(key),
          isSecretKey(key) && inner !== null && inner !== undefined ? '[secret]' : walk(inner, depth + 1),
        ]),
    );
  };
  return walk(fields, 0);
};
