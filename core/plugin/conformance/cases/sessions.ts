import type { CaseContext, ConformanceCase } from '../case.js';
import { failsWith, sameCell } from '../expectation.js';
import type { Trace } from '../phrases.js';

/** A connector with one session only, so that two subjects must share it. */
const single = async ({ create, config, manifest }: CaseContext) => {
  const settings = manifest.config as { properties?: { pool?: unknown } };
  const pool = settings.properties?.pool ? { pool: { ...(config.pool as object | undefined), max: 1, min: 1 } } : {};
  const connector = create({ ...config, ...pool });
  await connector.start(new AbortController().signal);
  return connector;
};

const judge = async (
  context: CaseContext,
  connector: CaseContext['connector'],
  trace: Trace,
  subject: string,
  what: string,
) => {
  const look = context.ask(trace.look, { connector, options: { subject } });
  if ('code' in trace.clean) await failsWith(look, [trace.clean.code], what);
  else sameCell((await look).rows[0]?.[0], trace.clean.cell, what);
};

export const sessionCases: readonly ConformanceCase[] = [
  {
    id: 'sessions/clean-between-subjects',
    title: 'nothing that one subject leaves in a session is seen by another',
    area: 'sessions',
    needs: ['engine', 'admin'],
    run: async (context) => {
      const connector = await single(context);
      for (const trace of context.phrases.traces) {
        await judge(context, connector, trace, 'before', `${trace.id} before`);
        await context.ask(trace.leave, { connector, options: { subject: 'ann' } }).catch(() => undefined);
        await judge(context, connector, trace, 'bob', `${trace.id} of ann, seen by bob`);
      }
    },
  },
  {
    id: 'sessions/clean-after-cancel',
    title: 'nor after a statement that was cancelled',
    area: 'sessions',
    needs: ['engine', 'admin'],
    run: async (context) => {
      const connector = await single(context);
      for (const trace of context.phrases.traces) {
        await context.ask(trace.leave, { connector, options: { subject: 'ann' } }).catch(() => undefined);
        await context
          .ask(context.phrases.endlessRows(context.marker()), {
            connector,
            options: { subject: 'ann', timeoutMs: 150 },
          })
          .catch(() => undefined);
        await judge(context, connector, trace, 'bob', `${trace.id} of ann, seen by bob`);
      }
    },
  },
  {
    id: 'sessions/utc',
    title: 'the session is in UTC, whatever the machine is in',
    area: 'sessions',
    needs: ['engine', 'admin'],
    run: async (context) => {
      const phrase = context.phrases.values['timestamptz-offset'];
      if ('absent' in phrase || (phrase.type ?? 'timestamptz') !== 'timestamptz') return;
      const zone = process.env.TZ;
      process.env.TZ = 'Asia/Kathmandu';
      try {
        const connector = context.create();
        await connector.start(new AbortController().signal);
        const { rows } = await context.ask(phrase.text, { connector });
        sameCell(rows[0]?.[0], phrase.cell ?? '2024-02-29T07:04:56.789012Z', 'the instant');
      } finally {
        if (zone === undefined) delete process.env.TZ;
        else process.env.TZ = zone;
      }
    },
  },
];
