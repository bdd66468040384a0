import type { ConformanceCase } from '../case.js';
import { holds, same } from '../expectation.js';

export const capabilityCases: readonly ConformanceCase[] = [
  {
    id: 'capabilities/time-zones',
    title: 'named time zones work in SQL, over the change of the clocks',
    area: 'capabilities',
    needs: ['engine'],
    capability: {
      name: 'timeZones',
      present: ({ timeZones }) => timeZones,
      opposite: async ({ ask, phrases }) => {
        const cell = await ask(phrases.newYork).then(
          ({ rows }) => rows[0]?.[0] ?? null,
          () => null,
        );
        same(cell, null, 'the wall clock in New York, where time zones are declared absent');
      },
    },
    run: async ({ ask, phrases }) => {
      same((await ask(phrases.newYork)).rows, [['2024-03-10 03:30:00']], 'the wall clock in New York');
    },
  },
  {
    id: 'capabilities/tls',
    title: 'who declares TLS has a setting for it, and the other way round',
    area: 'capabilities',
    needs: [],
    run: async ({ capabilities, manifest }) => {
      const settings = manifest.config as { properties?: Record<string, unknown> };
      same('tls' in (settings.properties ?? {}), capabilities.tls, 'a setting tls');
    },
  },
  {
    id: 'capabilities/tag',
    title: 'a tag for the logs of the database changes no answer',
    area: 'capabilities',
    needs: ['engine'],
    run: async ({ ask, phrases }) => {
      const { rows } = await ask(phrases.series(3), { options: { tag: 'c0rrelation-id_1' } });
      same(rows.length, 3, 'rows');
    },
  },
  {
    id: 'capabilities/read-only',
    title: 'the engine keeps the session read-only',
    area: 'capabilities',
    needs: [],
    run: async ({ capabilities }) => {
      holds(capabilities.readOnly === 'engine', `readOnly is ${capabilities.readOnly}`);
    },
  },
];
