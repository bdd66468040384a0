import { hash } from 'node:crypto';

/** Where something was authored is not what it means. Inside of a JSON text quotes are escaped, so this finds objects only. */
const sources = /"source":\{"file":"(?:[^"\\]|\\.)*","line":\d+\},?/g;

/**
 * JSON of a part of the model, without places. The compiler makes every object with its keys in one order, and sorts those
 * that authors name, so that equal parts have equal texts.
 */
export const canonicalJson = (part: object): string => JSON.stringify(part).replace(sources, '');

const sha256 = (text: string): string => hash('sha256', text);

const known = new WeakMap<object, string>();

/** Parts keep their hash, so that a model in which one part changed is hashed in no time. */
const hashPart = (part: object): string => {
  let found = known.get(part);
  if (found === undefined) {
    found = sha256(canonicalJson(part));
    known.set(part, found);
  }
  return found;
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
