import type { StageEvent, StageName, Timings } from './question.js';

/** Goes through stages one by one: each is timed, told of, and traced. */
export interface StageRunner {
  run<T>(stage: StageName, round: number, work: () => Promise<T> | T): Promise<T>;
  /** The times of each stage, all rounds together. */
  timings(): Omit<Timings, 'cache'>;
}

type Ended = readonly [stage: StageName, outcome: 'done' | 'failed', seconds: number];

/** Is told of each stage of a question when it is over. */
export type OnStageEnded = (...ended: readonly [...Ended, correlationId: string]) => void;

export const createStageRunner = (
  onEvent: ((event: StageEvent) => void) | undefined,
  onEnded: ((...ended: Ended) => void) | undefined,
): StageRunner => {
  const began = performance.now();
  const spent = new Map<StageName, number>();
  const since = (from: number): number => Math.round((performance.now() - from) * 1000) / 1000;
  return {
    run: async (stage, round, work) => {
      const start = performance.now();
      const tell = (state: StageEvent['state']): void => onEvent?.({ stage, state, round, at_ms: since(began) });
      const end = (state: 'done' | 'failed'): void => {
        spent.set(stage, (spent.get(stage) ?? 0) + since(start));
        onEnded?.(stage, state, since(start) / 1000);
        tell(state);
      };
      tell('begun');
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = await work();
      } catch (error) {
        end('failed');
        throw error;
      }
      end('done');
      return result;
    },
    timings: () => ({
      ...Object.fromEntries([...spent].map(([stage, ms]) => [`${stage}_ms`, Math.round(ms * 1000) / 1000])),
      total_ms: since(began),
    }),
  };
};
