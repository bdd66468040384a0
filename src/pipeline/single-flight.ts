import { DataMindError } from '../../core/errors/datamind-error.js';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

const leftAlone = (): DataMindError => new DataMindError('QUERY_CANCELLED', 'The request was given up by its client.');

/**
 * Runs the same work once for all who ask for it at the same time. Who goes away stops waiting; when nobody waits any
 * more the work itself is cancelled.
 */
export const createSingleFlight = <T>() => {
  const flights = new Map<string, Flight<T>>();
  const begin = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    const result = work(controller.signal).finally(() => {
      if (flights.get(key)?.controller === controller) flights.delete(key);
    });
    const flight = { result, controller, waiting: 0 };
    flights.set(key, flight);
    return flight;
  };
  return (
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): { readonly shared: boolean; readonly result: Promise<T> } => {
    const running = flights.get(key);
    const flight = running ?? begin(key, work);
    flight.waiting += 1;
    const result = new Promise<T>((resolve, reject) => {
      let left = false;
      const leave = (): void => {
        if (left) return;
        left = true;
        signal.removeEventListener('abort', giveUp);
        flight.waiting -= 1;
      };
      const giveUp = (): void => {
        leave();
        reject(leftAlone());
        if (flight.waiting > 0) return;
        // Who comes next must not join what is being cancelled.
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
      flight.result.then(
        (value) => {
          leave();
          resolve(value);
        },
        (error: unknown) => {
          leave();
          reject(error as Error);
        },
      );
    });
    return { shared: running !== undefined, result };
  };
};
