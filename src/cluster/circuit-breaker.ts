/** `open`: it failed again and again, so it is not asked for a while. `half_open`: one may try. */
export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  /** Failures one after another that open it. Default: 5. */
  readonly failures?: number;
  /** How long it stays open, in milliseconds. Default: 10 s. */
  readonly openMs?: number;
  /** Whether an error says that the other side cannot be reached, `null` where it says nothing about it; every one does when absent. */
  readonly isFailure?: (error: unknown) => boolean | null;
  /** What is thrown while it is open. */
  readonly refuse: (retryAfterSeconds: number) => Error;
  /** Is told of each change. */
  readonly onChange?: (state: BreakerState) => void;
  readonly now?: () => number;
}

/** Stops asking what does not answer, so that who waits for it is told at once, and tries again by itself. */
export interface CircuitBreaker {
  state(): BreakerState;
  /** @throws what the work throws; what `refuse` makes while it is open */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export const createCircuitBreaker = (options: BreakerOptions): CircuitBreaker => {
  const { failures: most = 5, openMs = 10_000, isFailure = () => true, refuse, onChange, now = Date.now } = options;
  let failed = 0;
  let openedAt: number | null = null;
  let trying = false;
  const change = (state: BreakerState): void => onChange?.(state);
  const state = (): BreakerState => {
    if (openedAt === null) return 'closed';
    return trying || now() - openedAt >= openMs ? 'half_open' : 'open';
  };
  const succeeded = (): void => {
    const was = openedAt;
    failed = 0;
    openedAt = null;
    if (was !== null) change('closed');
  };
  const hasFailed = (wasTrial: boolean): void => {
    failed += 1;
    if (!wasTrial && (openedAt !== null || failed < most)) return;
    const first = openedAt === null;
    openedAt = now();
    if (first) change('open');
  };
  return {
    state,
    run: async (work) => {
      const trial = openedAt !== null;
      if (openedAt !== null) {
        const left = openedAt + openMs - now();
        if (left > 0 || trying) throw refuse(Math.max(1, Math.ceil(left / 1000)));
        trying = true;
        change('half_open');
      }
      try {
        const result = await work();
        succeeded();
        return result;
      } catch (error) {
        const failure = isFailure(error);
        if (failure === true) hasFailed(trial);
        // It answered, if only to say no.
        else if (failure === false) succeeded();
        throw error;
      } finally {
        if (trial) trying = false;
      }
    },
  };
};
