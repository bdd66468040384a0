import { type ConformanceCase, Skipped } from '../case.js';
import { holds, same, sameCell } from '../expectation.js';
import { type ValueProbe, valueProbes } from '../probes.js';

const probeCase = (probe: ValueProbe): ConformanceCase => ({
  id: `types/${probe}`,
  title: valueProbes[probe].title,
  area: 'types',
  needs: ['engine', 'admin'],
  run: async ({ ask, phrases, capabilities }) => {
    const phrase = phrases.values[probe];
    const expected = valueProbes[probe];
    if ('absent' in phrase) throw new Skipped(phrase.absent);
    const type = phrase.type ?? expected.type;
    holds(!capabilities.missingTypes.includes(type), `declares ${type} as missing, and should answer with it`);
    const { columns, rows } = await ask(phrase.text);
    same(columns.length, 1, 'columns');
    same(columns[0]!.type, type, 'logical type');
    holds(columns[0]!.nativeType.length > 0, 'the native type is empty');
    same(rows.length, 1, 'rows');
    sameCell(rows[0]![0], phrase.cell !== undefined ? phrase.cell : expected.cell, 'cell');
  },
});

export const typeCases: readonly ConformanceCase[] = [
  ...(Object.keys(valueProbes) as ValueProbe[]).map(probeCase),
  {
    id: 'types/json-safe',
    title: 'a row of everything survives JSON unchanged',
    area: 'types',
    needs: ['engine', 'admin'],
    run: async ({ ask, phrases }) => {
      for (const phrase of Object.values(phrases.values)) {
        if ('absent' in phrase) continue;
        const { rows } = await ask(phrase.text);
        same(JSON.parse(JSON.stringify(rows)), rows, `the rows of ${phrase.text.slice(0, 60)}`);
      }
    },
  },
  {
    id: 'types/missing-declared',
    title: 'a type that no probe can reach is declared as missing',
    area: 'types',
    needs: ['engine'],
    run: async ({ phrases, capabilities }) => {
      for (const type of new Set(Object.values(valueProbes).map((fact) => fact.type))) {
        const reached = Object.entries(phrases.values).some(
          ([probe, phrase]) => !('absent' in phrase) && (phrase.type ?? valueProbes[probe as ValueProbe].type) === type,
        );
        same(capabilities.missingTypes.includes(type), !reached, `${type} among the missing types`);
      }
    },
  },
];
