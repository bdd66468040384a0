/**
 * A line in which it does not matter how many places one party takes: each party's first waits no longer for the tenth of
 * another than for its first. Places are numbered as in self-clocked fair queueing (Golestani 1994), all of one weight.
 */
export interface FairQueue<T> {
  /** @param turn the number that the item had before, when it stands in line once more @returns its number */
  join(party: string, item: T, turn?: number): number;
  leave(item: T): void;
  /** Takes out who is next of the parties that may go. */
  next(mayGo: (party: string) => boolean): T | undefined;
  /** Somebody waits who may go. */
  some(mayGo: (party: string) => boolean): boolean;
  /** Takes out all. */
  drain(): readonly T[];
  readonly size: number;
}

interface Place<T> {
  readonly party: string;
  readonly item: T;
  readonly turn: number;
}

export const createFairQueue = <T>(): FairQueue<T> => {
  const places: Place<T>[] = [];
  /** The number of who went last. */
  let round = 0;

  const afterOwn = (party: string): number =>
    1 + places.reduce((last, place) => (place.party === party ? Math.max(last, place.turn) : last), round);

  return {
    join: (party, item, turn = afterOwn(party)) => {
      places.push({ party, item, turn });
      return turn;
    },
    leave: (item) => {
      const at = places.findIndex((place) => place.item === item);
      if (at >= 0) places.splice(at, 1);
    },
    next: (mayGo) => {
      let best = -1;
      for (const [at, { party, turn }] of places.entries())
        if ((best === -1 || turn < places[best]!.turn) && mayGo(party)) best = at;
      if (best === -1) return undefined;
      const [{ item, turn }] = places.splice(best, 1) as [Place<T>];
      round = Math.max(round, turn);
      return item;
    },
    some: (mayGo) => places.some(({ party }) => mayGo(party)),
    drain: () => places.splice(0).map(({ item }) => item),
    get size() {
      return places.length;
    },
  };
};
