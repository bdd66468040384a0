import { createHash } from 'node:crypto';

/** Where something was authored is not what it means. */
const isSource = (key: string, value: unknown): boolean =>
  key === 'source' &&
  typeof value === 'object' &&
  value !== null &&
  'file' in value &&
  'line' in value &&
  !('name' in value);

/**
 * JSON with the keys of every object in code-point order and without places.
 * @param plain inside of what authors keep for themselves: nothing is left out
 */
export const canonicalJson = (value: unknown, plain = false): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, plain)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(record).sort()) {
    if (!plain && isSource(key, record[key])) continue;
    parts.push(`${JSON.stringify(key)}:${canonicalJson(record[key], plain || key === 'meta')}`);
  }
  return `{${parts.join(',')}}`;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const known = new WeakMap<object, string>();

/** Parts keep their hash, so that a model in which one part changed is hashed in no time. */
export const hashPart = (part: object): string => {
  let hash = known.get(part);
  if (hash === undefined) {
    hash = sha256(canonicalJson(part));
    known.set(part, hash);
  }
  return hash;
};

/** The hash of named parts in sections, whatever files they came from and in whatever order. */
export const hashSections = (sections: Readonly<Record<string, Readonly<Record<string, object>>>>): string => {
  const lines: string[] = [];
  for (const section of Object.keys(sections).sort()) {
    const parts = sections[section]!;
    for (const name in parts) lines.push(`${section} ${JSON.stringify(name)} ${hashPart(parts[name]!)}`);
  }
  return sha256(lines.join('\n'));
};
