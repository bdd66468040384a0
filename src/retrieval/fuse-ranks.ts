/** Several rankings into one, by reciprocal rank (Cormack and others, 2009): what stands high in any comes out high, scores of different kinds are never compared. */
const damping = 60;

export interface Ranked {
  readonly key: string;
  readonly score: number;
}

/** @param rankings keys, best first; a key that comes again counts where it stands first */
export const fuseRanks = (rankings: readonly (readonly string[])[]): readonly Ranked[] => {
  const scores = new Map<string, number>();
  for (const ranking of rankings) {
    for (const [rank, key] of [...new Set(ranking)].entries()) {
      scores.set(key, (scores.get(key) ?? 0) + 1 / (damping + rank + 1));
    }
  }
  return [...scores]
    .map(([key, score]) => ({ key, score }))
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
};
