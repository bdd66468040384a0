/** A model of 1,000 entities and 10,000 metrics, about two megabytes of YAML: read and compiled, then again after an edit. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Compiler } from '../../semantic/check/compiler.js';
import type { FirstCompile } from './compile-first.js';

export interface CompileFigures {
  readonly megabytes: number;
  /** Milliseconds from texts to a model, by a new compiler. */
  readonly coldMs: number;
  /** The same by the first compiler of a fresh process: nothing is optimised yet. Medians over processes. */
  readonly first: FirstCompile;
  /** Milliseconds for the whole folder again after one file was edited. */
  readonly editMs: number;
}

const entityYaml = (index: number): string => `entity: entity_${index}
description: One row for each thing of kind ${index}, with what is known about it and where it belongs.
table: sales.table_${index}
key: id
synonyms: [thing ${index}, kind ${index}]
owner: team-${index % 20}
joins:
  parent: {to: entity_${Math.floor(index / 2)}, on: parent_id}
dimensions:
  status: {type: string, values: [open, paid, shipped, cancelled], description: Where it stands.}
  region: {type: string, synonyms: [area, territory]}
  created_at: {type: time, stores: instant, default: true}
  is_large: {type: boolean, expr: amount > 500 and status <> 'cancelled'}
measures:
  amount_${index}: {sum: amount, where: status <> 'cancelled', unit: EUR, description: Paid or payable without VAT.}
  count_${index}: {count: "*"}
  buyers_${index}: {count_distinct: customer_id}
filters:
  completed: status in ('paid', 'shipped')
`;

const metricsYaml = (from: number, to: number, edit: number): string => {
  const lines = ['metrics:'];
  for (let index = from; index < to; index += 1) {
    const entity = Math.floor(index / 10);
    const name = `metric_${index}`;
    lines.push(
      [
        `  ${name}: {ratio: [amount_${entity}, count_${entity}], unit: EUR, description: Average number ${index + edit}.}`,
        `  ${name}: {formula: (amount_${entity} - 2 * count_${entity}) / buyers_${entity}, format: percent}`,
        `  ${name}: {measure: amount_${entity}, where: region = 'north' and is_large}`,
        `  ${name}: {change: amount_${entity}, against: previous year, as: percent, synonyms: [growth ${index}]}`,
        `  ${name}: {rolling: amount_${entity}, over: 28 days, unit: EUR}`,
      ][index % 5]!,
    );
  }
  return `${lines.join('\n')}\n`;
};

const folderOf = (entities: number, metrics: number): Map<string, string> => {
  const files = new Map([['project.yaml', 'project: {name: bench, timezone: Europe/Berlin}\n']]);
  for (let index = 0; index < entities; index += 1) files.set(`entities/entity_${index}.yaml`, entityYaml(index));
  for (let from = 0; from < metrics; from += 100) files.set(`metrics/${from}.yaml`, metricsYaml(from, from + 100, 0));
  return files;
};

/** Writes the folder to disk and compiles it in fresh processes. */
const benchFirst = (files: ReadonlyMap<string, string>, rounds: number): FirstCompile => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-bench-'));
  try {
    for (const [name, text] of files) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const program = fileURLToPath(new URL('compile-first.js', import.meta.url));
    const runs = Array.from(
      { length: rounds },
      () => JSON.parse(execFileSync(process.execPath, [program, folder], { encoding: 'utf8' })) as FirstCompile,
    );
    return {
      readMs: median(runs.map(({ readMs }) => readMs)),
      compileMs: median(runs.map(({ compileMs }) => compileMs)),
      cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const timed = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

export const benchCompile = (entities = 1000, metrics = 10_000, rounds = 5): CompileFigures => {
  const files = folderOf(entities, metrics);
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const compile = (compiler: Compiler, texts: ReadonlyMap<string, string>): void => {
    const { model, diagnostics } = compiler.compile(texts);
    if (model === null) throw new Error(`the bench's model has errors: ${diagnostics[0]?.message}`);
  };
  const cold: number[] = [];
  const edit: number[] = [];
  let compiler = new Compiler();
  for (let round = 0; round < rounds; round += 1) {
    compiler = new Compiler();
    cold.push(timed(() => compile(compiler, files)));
  }
  for (let round = 1; round <= rounds * 4; round += 1) {
    const edited = new Map(files);
    if (round % 2 === 0) edited.set('metrics/500.yaml', metricsYaml(500, 600, round));
    else
      edited.set(`entities/entity_${round}.yaml`, entityYaml(round).replace('amount > 500', `amount > ${500 + round}`));
    edit.push(timed(() => compile(compiler, edited)));
  }
  const first = benchFirst(files, rounds);
  return { megabytes: bytes / 1e6, coldMs: median(cold), first, editMs: median(edit) };
};
