/** What {@link file://./recorded-sqlite/index.ts} ran, in order. */
export interface Recorded {
  readonly connection: string;
  readonly text: string;
}

export const recording: Recorded[] = [];
