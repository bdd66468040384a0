import { DataMindError } from '../../core/errors/datamind-error.js';

/** Runs work one after another, in the order in which it was asked for. */
export type WriterQueue = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param patienceMs how long work waits for its turn; something that waits for itself would wait for ever
 * @throws DataMindError `STORE_UNAVAILABLE` when its turn does not come
 */
export const createWriterQueue = (patienceMs: number): WriterQueue => {
  let tail: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let gaveUp = false;
      const timer = setTimeout(() => {
        gaveUp = true;
        reject(
          new DataMindError(
            'STORE_UNAVAILABLE',
            `The store was busy for ${patienceMs / 1000} seconds; nothing was written.`,
          ),
        );
      }, patienceMs);
      tail = tail.then(async () => {
        clearTimeout(timer);
        if (!gaveUp) await work().then(resolve, reject);
      });
    });
};
