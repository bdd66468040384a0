/** A step into a JSON value: a key of an object, or an index of an array. */
export type PointerStep = string | number;

const escapeStep = (step: PointerStep): string => String(step).replaceAll('~', '~0').replaceAll('/', '~1');

/** RFC 6901: `child('/plugins', 0)` is `/plugins/0`. */
export const child = (pointer: string, step: PointerStep): string => `${pointer}/${escapeStep(step)}`;

/** The steps of a pointer, unescaped. */
export const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The pointer itself and everything above it, nearest first, without the root. */
export const selfAndAbove = (pointer: string): string[] => {
  const found: string[] = [];
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) found.push(at);
  return found;
};

/** What is at the pointer; `undefined` when nothing is. */
export const valueAt = (value: unknown, pointer: string): unknown =>
  steps(pointer).reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
    value,
  );
