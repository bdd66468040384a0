/**
 * Long texts keep the event loop busy while they are parsed, and nobody else is answered meanwhile. So they are taken one after
 * another, and between their steps the loop turns once: who waits for something else waits for one step of one text.
 */

/** Characters up to which a text takes no more than a few milliseconds. */
const short = 4_000;

export interface Turn {
  /** Between two steps: whatever else is due comes first. */
  pause(): Promise<void>;
  /** Waits for somebody else, a database: the next text has its turn meanwhile, and this one a new one afterwards. */
  outside<T>(work: () => Promise<T>): Promise<T>;
  /** Idempotent. */
  end(): void;
}

const loopTurns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const atOnce: Turn = Object.freeze({
  pause: async () => undefined,
  outside: <T>(work: () => Promise<T>) => work(),
  end: () => undefined,
});

export const createTurns = () => {
  let last: Promise<void> = Promise.resolve();
  const next = async (): Promise<() => void> => {
    const before = last;
    let end = (): void => undefined;
    last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    await loopTurns();
    return end;
  };
  /** Waits for the texts before; short ones need not wait, and do not. The turn must be ended. */
  return async (text: string): Promise<Turn> => {
    if (text.length <= short) return atOnce;
    let end = await next();
    return {
      pause: loopTurns,
      outside: async (work) => {
        end();
        const value = await work();
        end = await next();
        return value;
      },
      end: () => end(),
    };
  };
};
