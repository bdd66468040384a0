/** The best few of many, without sorting all of them. */
export interface Scored {
  readonly at: number;
  readonly score: number;
}

export interface Best {
  offer(at: number, score: number): void;
  /** Best first; of equals the one that stands first. */
  list(): readonly Scored[];
}

const isBetter = (a: Scored, b: Scored): boolean => a.score > b.score || (a.score === b.score && a.at < b.at);

/** A heap with the worst of the best on top. */
export const bestOf = (limit: number): Best => {
  const heap: Scored[] = [];
  /** What is worse than this has no place any more. */
  let least = Number.NEGATIVE_INFINITY;
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  const up = (from: number): void => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBetter(heap[parent]!, heap[at]!)) return;
      swap(parent, at);
      at = parent;
    }
  };
  const down = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      let worst = at;
      for (const child of [left, left + 1]) {
        if (child < heap.length && isBetter(heap[worst]!, heap[child]!)) worst = child;
      }
      if (worst === at) return;
      swap(at, worst);
      at = worst;
    }
  };
  return {
    offer: (at, score) => {
      if (score < least) return;
      const one = { at, score };
      if (heap.length < limit) {
        heap.push(one);
        up(heap.length - 1);
      } else if (heap.length > 0 && isBetter(one, heap[0]!)) {
        heap[0] = one;
        down();
      }
      if (heap.length === limit) least = heap[0]?.score ?? least;
    },
    list: () => [...heap].sort((a, b) => (isBetter(a, b) ? -1 : 1)),
  };
};
