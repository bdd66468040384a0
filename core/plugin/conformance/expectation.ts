import { type Cell, type ErrorCode, PluginError } from '../contract.js';
import { Violation } from './case.js';

const spell = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters)` : text;
};

/** Throws a {@link Violation} unless the claim holds. */
export function holds(claim: boolean, otherwise: string): asserts claim {
  if (!claim) throw new Violation(otherwise);
}

/** Compares as JSON does, where two equal values have one spelling. */
export const same = (actual: unknown, expected: unknown, what: string): void =>
  holds(
    Object.is(actual, expected) || JSON.stringify(actual) === JSON.stringify(expected),
    `${what}: expected ${spell(expected)}, got ${spell(actual)}`,
  );

export const sameCell = (actual: Cell | undefined, expected: Cell, what: string): void => {
  holds(
    actual !== undefined && !(typeof actual === 'number' && !Number.isFinite(actual)),
    `${what}: ${String(actual)} is not a JSON-safe value`,
  );
  same(actual, expected, what);
};

/** The error with which a piece of work fails; a {@link Violation} when it does not, or not with one of the codes. */
export const failsWith = async (
  work: Promise<unknown>,
  codes: readonly ErrorCode[],
  what: string,
): Promise<PluginError> => {
  let answer: unknown;
  try {
    answer = await work;
  } catch (error) {
    if (!PluginError.is(error)) throw new Violation(`${what}: failed with ${String(error)}, which is no PluginError`);
    holds(
      codes.includes(error.code),
      `${what}: failed with ${error.code} (${error.message}) instead of ${codes.join(' or ')}`,
    );
    return error;
  }
  throw new Violation(`${what}: expected ${codes.join(' or ')}, but it gave ${spell(answer)}`);
};

/** Waits for something to become true, looking every 20 ms. */
export const eventually = async (
  look: () => boolean | Promise<boolean>,
  patienceMs: number,
  otherwise: string,
): Promise<void> => {
  const end = performance.now() + patienceMs;
  while (!(await look())) {
    if (performance.now() > end) throw new Violation(otherwise);
    await pause(20);
  }
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Fails when the work takes longer. */
export const inTime = async <T>(work: Promise<T>, ms: number, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Violation(`${what}: took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
