/** Small spelling errors: a word that nobody knows and a known one that is a slip of the fingers away. */

/**
 * Damerau–Levenshtein distance (neighbours changed places count as one), or `most + 1` when it is more than `most`.
 * Optimal string alignment, in a band around the diagonal.
 */
export const editDistance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, most + 1);
};

/** How many slips a word of that length may have: a short word is soon another word. */
export const slipsAllowed = (length: number): number => (length < 5 ? 0 : length < 9 ? 1 : 2);

export interface Correction {
  readonly word: string;
  readonly distance: number;
}

/** A word with two neighbours that changed places, in each way. */
const swaps = (word: string): readonly string[] =>
  Array.from({ length: word.length - 1 }, (_, at) => at)
    .map((at) => word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2))
    .filter((swapped) => swapped !== word);

/** Words by length, so that few are compared. */
export class SpellingIndex {
  readonly #byLength = new Map<number, Set<string>>();

  add(word: string): void {
    let words = this.#byLength.get(word.length);
    if (words === undefined) {
      words = new Set();
      this.#byLength.set(word.length, words);
    }
    words.add(word);
  }

  /** Of short words only neighbours may have changed places: anything else makes another word of them. */
  #swapped(word: string): readonly Correction[] {
    const words = this.#byLength.get(word.length) ?? new Set();
    return swaps(word).flatMap((swapped) => (words.has(swapped) ? [{ word: swapped, distance: 1 }] : []));
  }

  /**
   * Words that a letter was left out of, put in twice or moved to the place beside it: what fingers do, and what hardly makes
   * another word. A letter in the place of another may do that.
   */
  fumbled(word: string): readonly Correction[] {
    if (word.length < 4) return [];
    const found = new Set(swaps(word).filter((one) => this.has(one)));
    for (let at = 1; at < word.length; at += 1) {
      const cut = word.slice(0, at) + word.slice(at + 1);
      if (word.length > 4 && word[at] === word[at - 1] && this.has(cut)) found.add(cut);
    }
    for (const candidate of this.#byLength.get(word.length + 1) ?? []) {
      // Another ending makes another word: who drives is a driver.
      if (candidate[0] !== word[0] || candidate.at(-1) !== word.at(-1)) continue;
      let at = 0;
      while (candidate[at] === word[at]) at += 1;
      if (candidate.slice(at + 1) === word.slice(at)) found.add(candidate);
    }
    return [...found].sort().map((one) => ({ word: one, distance: 1 }));
  }

  /** Words that are one slip of any kind away, of words too short for {@link nearest}. */
  oneSlip(word: string): readonly string[] {
    return [-1, 0, 1]
      .flatMap((more) => [...(this.#byLength.get(word.length + more) ?? [])])
      .filter((one) => one.length >= 4 && one[0] === word[0] && editDistance(word, one, 1) === 1)
      .sort();
  }

  has(word: string): boolean {
    return this.#byLength.get(word.length)?.has(word) ?? false;
  }

  /** The nearest words; empty when none is near. The first letter is hardly ever mistaken, but for changed places. */
  nearest(word: string): readonly Correction[] {
    const most = slipsAllowed(word.length);
    if (most === 0) return word.length === 4 ? this.#swapped(word) : [];
    let best = most;
    let found: Correction[] = [];
    for (let length = word.length - most; length <= word.length + most; length += 1) {
      for (const candidate of this.#byLength.get(length) ?? []) {
        if (candidate[0] !== word[0] && !(candidate[0] === word[1] && candidate[1] === word[0])) continue;
        if (candidate.length < 4) continue;
        const distance = editDistance(word, candidate, best);
        if (distance > best) continue;
        if (distance < best) {
          best = distance;
          found = [];
        }
        found.push({ word: candidate, distance });
      }
    }
    return found.sort((a, b) => (a.word < b.word ? -1 : 1));
  }
}
