import type { Redactor } from '../secrets/create-redactor.js';
import { describeError } from './describe-error.js';

const secretKey =
  /^(?:.*[_-])?(?:pass(?:word|wd|phrase)?|pwd|secret|token|authorization|cookie|credentials?|(?:api|access|private)[_-]?key)$/i;
const camelSecretKey = /(?:Password|Passphrase|Secret|Token|ApiKey|AccessKey|PrivateKey|Credentials?)$/;
const deepest = 8;
const mostItems = 200;

const isSecretKey = (key: string): boolean => secretKey.test(key) || camelSecretKey.test(key);

/**
 * A copy of the fields of a log line that can be written as JSON and holds no secret: every text goes through the redactor, what
 * stands under the name of a secret is masked whole, errors become data. Cycles, depth and length are cut.
 */
export const redactFields = (fields: unknown, redact: Redactor): unknown => {
  const above = new Set<object>();
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return redact(value);
    if (typeof value === 'bigint') return value.toString();
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
