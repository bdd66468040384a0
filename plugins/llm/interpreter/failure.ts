import type { Sketch } from './sketch.js';

/** Why a question is not answered. */
export interface Failure {
  readonly reason: 'outside' | 'unclear' | 'unsafe';
  readonly message: string;
  readonly unknown: readonly string[];
  readonly near: readonly string[];
  /** What would mend it: a metric to put things in order by. */
  readonly needs?: 'measure';
  /** What can be asked in its place. */
  readonly instead?: {
    readonly ask: string;
    readonly sketch: Sketch;
    /** With shares of a total: that is what was asked for, or maybe it is. */
    readonly shares: 'sure' | 'maybe' | null;
  };
}

export const unclear = (message: string, near: readonly string[] = []): Failure => ({
  reason: 'unclear',
  message,
  unknown: [],
  near,
});

export const outside = (message: string, unknown: readonly string[], near: readonly string[] = []): Failure => ({
  reason: 'outside',
  message,
  unknown,
  near,
});
