/** What became of a corpus, as Markdown tables. */
import type { DialectName } from '../../core/plugin/contract.js';
import type { BenignJudgement } from './judge-benign.js';
import type { Judgement } from './non-interference.js';

export interface CorpusEntry {
  readonly id: string;
  readonly dialect: DialectName;
  readonly sql: string;
  readonly class?: string;
  /** Of a hostile one: nothing may run, or what runs may tell nothing. */
  readonly expected?: 'reject' | 'must_not_leak';
  /** Of a harmless one: why it may be refused. */
  readonly may_refuse?: string;
}

type Cells = Map<string, Map<string, number>>;

const add = (cells: Cells, row: string, column: string): void => {
  const of = cells.get(row) ?? new Map<string, number>();
  cells.set(row, of.set(column, (of.get(column) ?? 0) + 1));
};

const table = (cells: Cells, heads: readonly string[], columns: readonly string[]): string => {
  const rows = [...cells].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    [...heads, ...columns],
    [...heads, ...columns].map(() => '---'),
    ...rows.map(([row, of]) => [...row.split('|'), ...columns.map((column) => String(of.get(column) ?? 0))]),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
};

const hostileOutcome = (entry: CorpusEntry, { kind }: Judgement): string => {
  if (kind === 'refused' || kind === 'leaked') return kind;
  if (entry.expected === 'reject') return 'run although it must not';
  return kind === 'volatile' ? 'run, by chance or clock' : 'run';
};

export class CorpusReport {
  /** Statements of which `check` was asked what `run` did. */
  checked = 0;
  readonly #shown: ReadonlySet<string>;
  readonly #classes: Cells = new Map();
  readonly #shapes: Cells = new Map();
  readonly #rejects: Cells = new Map();
  readonly #benign: Cells = new Map();
  readonly #mayRefuse: Cells = new Map();
  readonly #reasons = new Map<string, string[]>();
  readonly #details: string[] = [];
  readonly #disagreements: string[] = [];
  readonly #unclean = new Set<string>();

  constructor(shown: readonly string[]) {
    this.#shown = new Set(shown);
  }

  get isClean(): boolean {
    return this.#unclean.size === 0 && this.#disagreements.length === 0;
  }

  disagree(what: string): void {
    this.#disagreements.push(what);
  }

  hostile(shape: string, entry: CorpusEntry, judgement: Judgement): void {
    const outcome = hostileOutcome(entry, judgement);
    const { dialect } = entry;
    for (const column of ['judged', outcome]) {
      add(this.#classes, `${dialect}|${entry.class}`, column);
      add(this.#shapes, `${dialect}|${shape}`, column);
      if (entry.expected === 'reject') add(this.#rejects, `${dialect}|${shape}`, column);
    }
    if (outcome === 'leaked' || outcome === 'run although it must not') this.#unclean.add(entry.id);
    this.#tell(outcome, shape, entry, judgement);
  }

  benign(shape: string, entry: CorpusEntry, judgement: BenignJudgement): void {
    const { kind } = judgement;
    const row = `${shape}|${entry.dialect}`;
    const cells = entry.may_refuse === undefined ? this.#benign : this.#mayRefuse;
    for (const column of ['judged', kind]) add(cells, row, column);
    if (kind === 'wrong') this.#unclean.add(entry.id);
    if (kind === 'refused') {
      const reason = `${entry.id}${entry.may_refuse === undefined ? '' : ` (may be refused: ${entry.may_refuse})`} · ${judgement.code}: ${judgement.message}`;
      this.#reasons.set(reason, [...(this.#reasons.get(reason) ?? []), shape]);
    }
    this.#tell(kind, shape, entry, judgement);
  }

  #tell(outcome: string, shape: string, entry: CorpusEntry, detail: unknown): void {
    if (!this.#shown.has(outcome) && !this.#shown.has('all')) return;
    const text = JSON.stringify(detail).slice(0, 2_000);
    this.#details.push(`${outcome} [${shape}] ${entry.id}\n    ${entry.sql}\n    ${text}`);
  }

  print(): string {
    const outcomes = ['judged', 'refused', 'run', 'run, by chance or clock', 'run although it must not', 'leaked'];
    const answers = ['judged', 'right', 'refused', 'fails everywhere', 'wrong'];
    const parts: string[] = [];
    if (this.#classes.size > 0)
      parts.push(
        '## Hostile, all shapes together, by dialect and class',
        table(this.#classes, ['dialect', 'class'], outcomes),
        '## Hostile, by dialect and shape',
        table(this.#shapes, ['dialect', 'shape'], outcomes),
        '## … of those, to be rejected',
        table(this.#rejects, ['dialect', 'shape'], outcomes),
      );
    if (this.#benign.size > 0)
      parts.push('## Harmless, to be accepted', table(this.#benign, ['shape', 'dialect'], answers));
    if (this.#mayRefuse.size > 0)
      parts.push('## Harmless, may be refused', table(this.#mayRefuse, ['shape', 'dialect'], answers));
    if (this.#reasons.size > 0) {
      const reasons = [...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1));
      parts.push('## Why harmless ones are refused', ...reasons.map(([why, at]) => `- ${why} [${at.join(', ')}]`));
    }
    parts.push(
      `\`sql check\` was asked about each of ${this.checked} that \`sql run\` was given; they disagree ${this.#disagreements.length} times.`,
      ...this.#disagreements,
      ...this.#details,
    );
    return parts.join('\n\n').replace(/\n\n- /g, '\n- ');
  }
}
