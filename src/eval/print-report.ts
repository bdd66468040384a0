import { formatTable } from '../cli/format-table.js';
import { type Ablation, meanInputTokens } from './ablate.js';
import type { ChangedQuestion } from './compare-runs.js';
import type { EvalRun, Tally } from './report.js';

const percent = (part: number, of: number): string => (of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`);

const line = (name: string, { questions, right, wrong, clarified, abstained, error }: Tally): readonly string[] => [
  name,
  ...[questions, right, wrong, clarified, abstained, error].map(String),
  percent(right, questions),
  percent(wrong, questions),
];

const tallies = ({ by_kind: kinds, total }: EvalRun): string =>
  formatTable(
    ['kind', 'questions', 'right', 'wrong', 'clarified', 'abstained', 'error', 'right', 'wrong'],
    [...Object.entries(kinds).map(([kind, one]) => line(kind, one)), line('all', total)],
  );

const share = (number: number | null): string => (number === null ? '–' : `${(100 * number).toFixed(1)} %`);

const calibration = ({ calibration: { bins, error } }: EvalRun): string => {
  const rows = bins.map(({ from, to, answers, mean_confidence: sure, right_share: right }) => [
    `${from} – ${to}`,
    String(answers),
    share(sure),
    share(right),
  ]);
  const table = formatTable(['confidence', 'answers', 'mean', 'right'], rows);
  return error === null ? table : `${table}\nConfidence and being right are ${share(error)} apart.`;
};

const misses = ({ questions }: EvalRun): readonly string[] => {
  const wrong = questions.filter(({ verdict }) => verdict === 'wrong' || verdict === 'error');
  if (wrong.length === 0) return [];
  const table = formatTable(
    ['id', 'what came', 'question'],
    wrong.map(({ id, verdict, question }) => [id, verdict, question]),
  );
  return [`Wrong, or failed:\n${table}`];
};

/** For people. */
export const printReport = (run: EvalRun): string => [tallies(run), calibration(run), ...misses(run)].join('\n\n');

export const printChanges = (changes: readonly ChangedQuestion[]): string =>
  changes.length === 0
    ? 'No question came out otherwise.'
    : formatTable(
        ['id', 'before', 'now', 'question'],
        changes.map(({ id, before, now, question }) => [id, before ?? 'not asked', now ?? 'not asked', question]),
      );

/** What each part of what a language model is told is worth. */
export const printAblations = (whole: EvalRun, ablations: readonly Ablation[]): string => {
  const line = (name: string, { right, wrong, questions }: Tally, tokens: number | null, rest: readonly string[]) => [
    name,
    percent(right, questions),
    percent(wrong, questions),
    tokens === null ? '–' : String(tokens),
    ...rest,
  ];
  return formatTable(
    ['without', 'right', 'wrong', 'tokens', 'no longer right', 'now right'],
    [
      line('nothing', whole.total, meanInputTokens(whole.questions), ['', '']),
      ...ablations.map((one) =>
        line(one.without, one.total, one.mean_input_tokens, [
          String(one.no_longer_right.length),
          String(one.now_right.length),
        ]),
      ),
    ],
  );
};
