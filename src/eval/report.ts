/** What a run of a question set came to. Field names are those of the JSON that is printed, and read again to compare with. */
import type { Judged, Verdict } from './ask-questions.js';

export interface Tally {
  readonly questions: number;
  readonly right: number;
  /** Answered with something else than what is right, or where there is no answer. */
  readonly wrong: number;
  readonly clarified: number;
  readonly abstained: number;
  readonly error: number;
}

/** Answers that were as sure as this. */
export interface CalibrationBin {
  /** Confidence, from this one to the next bin's. */
  readonly from: number;
  readonly to: number;
  readonly answers: number;
  readonly mean_confidence: number | null;
  /** Part of them that was right. */
  readonly right_share: number | null;
}

export interface EvalRun {
  readonly set: string;
  readonly llm: string;
  readonly model_hash: string;
  readonly total: Tally;
  readonly by_kind: Readonly<Record<string, Tally>>;
  readonly calibration: {
    readonly bins: readonly CalibrationBin[];
    /** How far confidence and being right are apart, weighed by answers (expected calibration error); `null` without answers. */
    readonly error: number | null;
  };
  readonly median_ms: number | null;
  readonly questions: readonly Judged[];
}

const tally = (judged: readonly Judged[]): Tally => {
  const count = (verdict: Verdict): number => judged.filter((one) => one.verdict === verdict).length;
  return {
    questions: judged.length,
    right: count('right'),
    wrong: count('wrong'),
    clarified: count('clarified'),
    abstained: count('abstained'),
    error: count('error'),
  };
};

const edges = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 1] as const;

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

const rounded = (number: number): number => Math.round(number * 1000) / 1000;

const calibrate = (judged: readonly Judged[]): EvalRun['calibration'] => {
  const answers = judged.flatMap(({ outcome, confidence, verdict }) =>
    outcome === 'answered' && confidence !== null ? [{ confidence, right: verdict === 'right' ? 1 : 0 }] : [],
  );
  const bins = edges.slice(0, -1).map((from, at): CalibrationBin => {
    const to = edges[at + 1]!;
    const inside = answers.filter(({ confidence }) => confidence >= from && (confidence < to || to === 1));
    return {
      from,
      to,
      answers: inside.length,
      mean_confidence: inside.length === 0 ? null : rounded(mean(inside.map(({ confidence }) => confidence))),
      right_share: inside.length === 0 ? null : rounded(mean(inside.map(({ right }) => right))),
    };
  });
  const apart = bins.map(({ answers: n, mean_confidence: sure, right_share: right }) =>
    sure === null || right === null ? 0 : (n / answers.length) * Math.abs(sure - right),
  );
  return { bins, error: answers.length === 0 ? null : rounded(apart.reduce((sum, one) => sum + one, 0)) };
};

const median = (numbers: readonly number[]): number | null => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
};

export const reportRun = (
  judged: readonly Judged[],
  { set, llm, model_hash }: Pick<EvalRun, 'set' | 'llm' | 'model_hash'>,
): EvalRun => {
  const kinds = [...new Set(judged.map(({ kind }) => kind))];
  return {
    ...{ set, llm, model_hash },
    total: tally(judged),
    by_kind: Object.fromEntries(kinds.map((kind) => [kind, tally(judged.filter((one) => one.kind === kind))])),
    calibration: calibrate(judged),
    median_ms: median(judged.map(({ ms }) => ms)),
    questions: judged,
  };
};
