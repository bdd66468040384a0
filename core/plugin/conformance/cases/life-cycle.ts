import { PluginError } from '../../contract.js';
import { type ConformanceCase, Skipped } from '../case.js';
import { eventually, failsWith, holds, inTime, same } from '../expectation.js';
import { type ConnectProbe, connectProbes } from '../probes.js';
import { secretsOf } from '../secrets.js';
import { judgeMessage } from '../judge-message.js';

const signal = () => new AbortController().signal;

/** What the process holds open, but for timers and what the kit's own output uses. */
const handles = (): number =>
  process.getActiveResourcesInfo().filter((kind) => !/Timeout|Immediate|TTY|FSReq|PipeWrap|ConnectWrap/.test(kind))
    .length;

const connectCases: readonly ConformanceCase[] = (Object.keys(connectProbes) as ConnectProbe[]).map((probe) => ({
  id: `life-cycle/connect-${probe}`,
  title: `${connectProbes[probe]}: a code, a sentence, no secret`,
  area: 'life cycle',
  needs: ['engine'],
  run: async ({ create, phrases, config, manifest }) => {
    const phrase = phrases.connect[probe];
    if ('absent' in phrase) throw new Skipped(phrase.absent);
    const changed = phrase.change(config);
    const connector = create(changed);
    const error = await failsWith(
      inTime(connector.start(AbortSignal.timeout(20_000)), 25_000, 'start'),
      phrase.codes,
      connectProbes[probe],
    );
    judgeMessage(error, [...secretsOf(manifest, config), ...secretsOf(manifest, changed)]);
    await inTime(connector.stop(), 5_000, 'stop after a failed start');
  },
}));

export const lifeCycleCases: readonly ConformanceCase[] = [
  {
    id: 'life-cycle/create-pure',
    title: 'create opens nothing and does not throw',
    area: 'life cycle',
    needs: [],
    run: async ({ create }) => {
      const before = handles();
      for (let made = 0; made < 5; made += 1) create();
      same(handles(), before, 'open handles after create');
    },
  },
  {
    id: 'life-cycle/query-before-start',
    title: 'a query before start is refused with a code',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, approve, options }) => {
      const work = Promise.resolve().then(() => create().query(approve('SELECT 1'), options(), signal()));
      await failsWith(work, ['UNAVAILABLE', 'CONNECTION_FAILED', 'CONNECTION_LOST'], 'query before start');
    },
  },
  {
    id: 'life-cycle/start-answers',
    title: 'start, a query, health, stop',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, ask }) => {
      const connector = create();
      await connector.start(signal());
      same((await ask('SELECT 1', { connector })).rows.length, 1, 'rows of SELECT 1');
      const health = await connector.health(signal());
      same(health.status, 'up', 'status of health');
      holds(health.latencyMs >= 0 && health.latencyMs < 10_000, `latency ${health.latencyMs} ms`);
      await connector.stop();
    },
  },
  {
    id: 'life-cycle/stop-twice',
    title: 'stop is idempotent, also at once',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create }) => {
      const connector = create();
      await connector.start(signal());
      await Promise.all([connector.stop(), connector.stop()]);
      await connector.stop();
    },
  },
  {
    id: 'life-cycle/stop-without-start',
    title: 'stop without start does nothing',
    area: 'life cycle',
    needs: [],
    run: async ({ create }) => {
      await create().stop();
    },
  },
  {
    id: 'life-cycle/start-aborted',
    title: 'a start whose signal has fired ends, and stop cleans up',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create }) => {
      const connector = create();
      const start = connector.start(AbortSignal.abort()).then(
        () => {
          throw new Error('start succeeded although its signal had fired');
        },
        (error: unknown) => holds(PluginError.is(error), `start failed with ${String(error)}, which is no PluginError`),
      );
      await inTime(start, 5_000, 'an aborted start');
      await connector.stop();
    },
  },
  {
    id: 'life-cycle/start-after-failure',
    title: 'after a start that failed, another instance starts',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, ask }) => {
      const first = create();
      await first.start(AbortSignal.abort()).catch(() => undefined);
      await first.stop();
      const second = create();
      await second.start(signal());
      same((await ask('SELECT 1', { connector: second })).rows.length, 1, 'rows of SELECT 1');
    },
  },
  {
    id: 'life-cycle/stop-ends-running',
    title: 'stop ends what is running, and soon',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, phrases, approve, options, marker }) => {
      const connector = create();
      await connector.start(signal());
      const running = connector.query(approve(phrases.endless(marker())), options(), signal()).then(async (result) => {
        for await (const _ of result.batches);
      });
      const ended = failsWith(running, ['QUERY_CANCELLED', 'CONNECTION_LOST', 'UNAVAILABLE'], 'the running statement');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await inTime(connector.stop(), 8_000, 'stop while a statement runs');
      await ended;
    },
  },
  {
    id: 'life-cycle/query-after-stop',
    title: 'a query after stop is refused with a code; health is down',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, approve, options }) => {
      const connector = create();
      await connector.start(signal());
      await connector.stop();
      const work = Promise.resolve().then(() => connector.query(approve('SELECT 1'), options(), signal()));
      await failsWith(work, ['UNAVAILABLE', 'CONNECTION_FAILED', 'CONNECTION_LOST'], 'query after stop');
      same((await connector.health(signal())).status, 'down', 'status of health');
    },
  },
  {
    id: 'life-cycle/no-handles',
    title: 'stop leaves no handle open',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, ask }) => {
      const before = handles();
      for (let round = 0; round < 2; round += 1) {
        const connector = create();
        await connector.start(signal());
        await Promise.all([1, 2, 3].map(() => ask('SELECT 1', { connector })));
        await connector.stop();
      }
      await eventually(
        () => handles() <= before,
        3_000,
        `${handles() - before} handles are still open: ${process.getActiveResourcesInfo()}`,
      );
    },
  },
  {
    id: 'life-cycle/log-without-secrets',
    title: 'the log holds no secret',
    area: 'life cycle',
    needs: ['engine'],
    run: async ({ create, log, config, manifest }) => {
      const connector = create();
      await connector.start(signal());
      await connector.stop();
      for (const secret of secretsOf(manifest, config)) {
        holds(!log().some((line) => line.includes(secret)), 'a line of the log holds a secret');
      }
    },
  },
  ...connectCases,
];
