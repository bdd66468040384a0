/** What `within` throws when time is up. */
export class TimeUp extends Error {}

/**
 * Runs an asynchronous task with a time limit. When time is up its signal is aborted and the wait ends, whether or not
 * the task obeys; what it does later is ignored.
 * @throws TimeUp when time is up
 */
export const within = async <T>(limitMs: number, task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new TimeUp(`not done in ${limitMs} ms`);
      reject(reason);
      abort.abort(reason);
    }, limitMs);
  });
  // The task may throw at once: then it is a rejection like any other.
  const running = (async () => task(abort.signal))();
  running.catch(() => undefined);
  try {
    return await Promise.race([running, timeUp]);
  } finally {
    clearTimeout(timer);
  }
};
