import type { CaseContext, ConformanceCase } from '../case.js';
import type { ErrorCode, QueryOptions } from '../../contract.js';
import { eventually, failsWith, holds, inTime, same } from '../expectation.js';
import { judgeMessage } from '../judge-message.js';

/** How long a database may take to obey. */
const obeysWithinMs = 5_000;

const drain = async (
  { connector, approve, options }: CaseContext,
  text: string,
  change: Partial<QueryOptions>,
  signal: AbortSignal,
) => {
  const result = await connector.query(approve(text), options(change), signal);
  for await (const _ of result.batches);
};

const seenRunning = async (context: CaseContext, marker: string) =>
  eventually(
    async () => ((await context.running(marker)) ?? 0) > 0,
    15_000,
    'the statement was never seen in the server',
  );

const seenGone = async (context: CaseContext, marker: string) =>
  eventually(
    async () => (await context.running(marker)) === 0,
    obeysWithinMs,
    `the server still runs the statement ${obeysWithinMs} ms after it was cancelled`,
  );

const after = async (context: CaseContext) =>
  same((await inTime(context.ask('SELECT 1'), 10_000, 'a query afterwards')).rows.length, 1, 'rows afterwards');

const code: readonly ErrorCode[] = ['QUERY_CANCELLED'];

const obeyed = {
  name: 'cancel',
  present: ({ cancel }: CaseContext['capabilities']) => cancel !== 'batch',
} as const;

export const cancellationCases: readonly ConformanceCase[] = [
  {
    id: 'cancellation/before-start',
    title: 'a signal that has fired keeps the statement from starting',
    area: 'cancellation',
    needs: ['engine'],
    run: async (context) => {
      const error = await failsWith(
        inTime(
          drain(context, context.phrases.endless(context.marker()), {}, AbortSignal.abort()),
          2_000,
          'the refusal',
        ),
        code,
        'query',
      );
      judgeMessage(error);
      await after(context);
    },
  },
  {
    id: 'cancellation/while-computing',
    title: 'an abort while the database computes is obeyed at once',
    area: 'cancellation',
    needs: ['engine'],
    capability: obeyed,
    run: async (context) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 400);
      const began = performance.now();
      await failsWith(drain(context, context.phrases.endless(context.marker()), {}, controller.signal), code, 'query');
      const took = performance.now() - began;
      holds(took >= 350, `ended after ${Math.round(took)} ms, before it was aborted: the statement is not slow enough`);
      holds(took < 400 + obeysWithinMs, `took ${Math.round(took)} ms`);
      await after(context);
    },
  },
  {
    id: 'cancellation/while-computing-seen',
    title: 'the server is seen to stop computing after an abort',
    area: 'cancellation',
    needs: ['engine', 'running'],
    capability: obeyed,
    run: async (context) => {
      const controller = new AbortController();
      const marker = context.marker();
      const work = failsWith(drain(context, context.phrases.endless(marker), {}, controller.signal), code, 'query');
      await seenRunning(context, marker);
      controller.abort();
      await inTime(work, obeysWithinMs, 'the answer to the abort');
      await seenGone(context, marker);
    },
  },
  {
    id: 'cancellation/while-streaming',
    title: 'an abort while rows stream ends the iteration with a code',
    area: 'cancellation',
    needs: ['engine'],
    run: async (context) => {
      const { connector, phrases, approve, options, marker } = context;
      const controller = new AbortController();
      const result = await connector.query(
        approve(phrases.endlessRows(marker())),
        options({ batchRows: 100 }),
        controller.signal,
      );
      const read = async () => {
        let batches = 0;
        for await (const _ of result.batches) {
          batches += 1;
          if (batches === 3) controller.abort();
          holds(batches < 10, 'batches go on after the abort');
        }
      };
      await failsWith(inTime(read(), 10_000, 'the end'), code, 'the iteration');
      await after(context);
    },
  },
  {
    id: 'cancellation/while-streaming-seen',
    title: 'the server is seen to stop after the loop was left',
    area: 'cancellation',
    needs: ['engine', 'running'],
    run: async (context) => {
      const { connector, phrases, approve, options } = context;
      const marker = context.marker();
      const result = await connector.query(
        approve(phrases.endlessRows(marker)),
        options({ batchRows: 10 }),
        new AbortController().signal,
      );
      for await (const _ of result.batches) break;
      await seenGone(context, marker);
    },
  },
  {
    id: 'cancellation/abandoned-reader',
    title: 'a reader who stops asking is cancelled by the time-out',
    area: 'cancellation',
    needs: ['engine', 'running'],
    run: async (context) => {
      const { connector, phrases, approve, options } = context;
      const marker = context.marker();
      const result = await connector.query(
        approve(phrases.endlessRows(marker)),
        options({ batchRows: 10, timeoutMs: 500 }),
        new AbortController().signal,
      );
      const reader = result.batches[Symbol.asyncIterator]();
      await reader.next();
      await new Promise((resolve) => setTimeout(resolve, 700));
      await seenGone(context, marker);
      const rest = async () => {
        while (!(await reader.next()).done);
      };
      await failsWith(rest(), ['QUERY_TIMEOUT'], 'the iteration');
      await after(context);
    },
  },
  {
    id: 'cancellation/time-out',
    title: 'the time-out cancels, and is told from an abort',
    area: 'cancellation',
    needs: ['engine'],
    capability: obeyed,
    run: async (context) => {
      const began = performance.now();
      const error = await failsWith(
        drain(context, context.phrases.endless(context.marker()), { timeoutMs: 400 }, new AbortController().signal),
        ['QUERY_TIMEOUT'],
        'query',
      );
      judgeMessage(error);
      const took = performance.now() - began;
      holds(took >= 350 && took < 400 + obeysWithinMs, `took ${Math.round(took)} ms`);
      await after(context);
    },
  },
  {
    id: 'cancellation/time-out-seen',
    title: 'the server is seen to stop computing after the time-out',
    area: 'cancellation',
    needs: ['engine', 'running'],
    capability: obeyed,
    run: async (context) => {
      const marker = context.marker();
      const work = failsWith(
        drain(context, context.phrases.endless(marker), { timeoutMs: 1_500 }, new AbortController().signal),
        ['QUERY_TIMEOUT'],
        'query',
      );
      await seenRunning(context, marker);
      await work;
      await seenGone(context, marker);
    },
  },
  {
    id: 'cancellation/late',
    title: 'an abort after the end changes nothing',
    area: 'cancellation',
    needs: ['engine'],
    run: async (context) => {
      const controller = new AbortController();
      await drain(context, context.phrases.series(100), {}, controller.signal);
      controller.abort();
      await after(context);
    },
  },
  {
    id: 'cancellation/only-its-own',
    title: 'a cancelled statement takes no other with it',
    area: 'cancellation',
    needs: ['engine'],
    run: async (context) => {
      for (let round = 0; round < 5; round += 1) {
        const controller = new AbortController();
        const cancelled = drain(context, context.phrases.endlessRows(context.marker()), {}, controller.signal).catch(
          () => undefined,
        );
        const others = [1, 2].map(() => context.ask(context.phrases.series(3_000)));
        setTimeout(() => controller.abort(), 30);
        for (const { rows } of await Promise.all(others)) same(rows.length, 3_000, 'rows of another statement');
        await cancelled;
        same((await context.ask(context.phrases.series(500))).rows.length, 500, 'rows of the next statement');
      }
    },
  },
];
