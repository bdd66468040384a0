import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { createLogger } from '../../../core/logging/create-logger.js';
import { createApprover } from '../../../core/plugin/approval.js';
import { readPluginPlan } from '../../../core/plugin/read-plugin-plan.js';
import type { PluginServices } from '../../../core/plugin/running-plugin.js';
import { type Plugins, startPlugins } from '../../../core/plugin/start-plugins.js';
import { createRedactor } from '../../../core/secrets/create-redactor.js';
import { createFolder, type Folder, type Probe, writeProbe } from './plugin-folder.js';

const secret = 'hunter2/hunter+2';
const env = { SECRET: secret };

const refusal = async (promise: Promise<unknown>): Promise<DataMindError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DataMindError) return error;
    throw error;
  }
  throw new Error('it did not refuse');
};

/** A probe's code writes what happens to it into this list, across modules. */
const trace = (): string[] => {
  const global = globalThis as { probeTrace?: string[] };
  global.probeTrace ??= [];
  return global.probeTrace;
};

const traced = {
  start: "async () => { globalThis.probeTrace.push('start ' + host.name); }",
  stop: "async () => { globalThis.probeTrace.push('stop ' + host.name); }",
};

describe('the life of plugins', () => {
  let folder: Folder;
  let lines: string[];
  let services: PluginServices;
  let opened: Plugins | undefined;

  beforeEach(() => {
    folder = createFolder();
    lines = [];
    opened = undefined;
    trace().length = 0;
    const redact = createRedactor();
    const log = createLogger({ level: 'debug', redact, write: (line) => lines.push(line) });
    services = {
      log,
      redact,
      now: () => 42,
      isApproved: createApprover().isApproved,
      limits: { stopMs: 200, healthMs: 200 },
    };
  });
  afterEach(async () => {
    await opened?.stop();
    folder.remove();
  });

  /** Entries by name; each is a probe of its own unless `use` says otherwise. */
  const open = async (entries: Readonly<Record<string, Probe & { entry?: object }>>): Promise<Plugins> => {
    for (const [name, probe] of Object.entries(entries)) writeProbe(folder, name, probe);
    const plugins = Object.entries(entries).map(([name, { entry }]) => ({ use: `./${name}`, as: name, ...entry }));
    const listed = plugins.filter(({ use }) => use !== 'unlisted');
    const plan = readPluginPlan(folder.write('plugins.config.json', { plugins: listed }), env);
    opened = await startPlugins(plan, services);
    return opened;
  };

  it('starts all and stops them in reverse order, once', async () => {
    const plugins = await open({ a: { code: traced }, b: { code: traced }, c: { code: traced } });
    expect(plugins.statuses().map(({ name, state, kind, id }) => [name, state, kind, id])).to.deep.equal([
      ['a', 'up', 'export', 'a'],
      ['b', 'up', 'export', 'b'],
      ['c', 'up', 'export', 'c'],
    ]);
    expect([...plugins.of('export').keys()]).to.deep.equal(['a', 'b', 'c']);
    expect(await Promise.all([plugins.stop(), plugins.stop()])).to.deep.equal([[], []]);
    expect(trace()).to.deep.equal(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
    expect(plugins.statuses().map(({ state }) => state)).to.deep.equal(['stopped', 'stopped', 'stopped']);
    expect([...plugins.of('export').keys()]).to.deep.equal([]);
  });

  it('starts side by side', async () => {
    const wait =
      'new Promise((go) => { globalThis.probeTrace.push(go); if (globalThis.probeTrace.length === 2) globalThis.probeTrace.forEach((go) => go()); })';
    const plugins = await open({ a: { code: { start: `() => ${wait}` } }, b: { code: { start: `() => ${wait}` } } });
    expect(plugins.statuses().map(({ state }) => state)).to.deep.equal(['up', 'up']);
  });

  it('gives a plugin what the contract says, and no more', async () => {
    const create =
      '(config, host) => { globalThis.probeTrace.push(Object.keys(host).join(), host.name, host.now(), Object.isFrozen(host), config.port); return { start: async () => {}, health: async () => {}, stop: async () => {} }; }';
    await open({ a: { code: { create } } });
    expect(trace()).to.deep.equal(['name,log,now,redact,isApproved', 'a', 42, true, 5432]);
  });

  it('names every plugin that does not start, and stops those that did', async () => {
    const imports = "import { PluginError } from 'datamind/contract';";
    const error = await refusal(
      open({
        good: { code: traced },
        slow: { code: { start: '() => new Promise(() => {})' }, entry: { startTimeoutSeconds: 0.1 } },
        typed: {
          code: {
            imports,
            start: "async () => { throw new PluginError('AUTHENTICATION_FAILED', 'the password is wrong'); }",
          },
        },
        rough: { code: { start: "async () => { throw new Error('driver says password=swordfish1'); }" } },
        bearable: { code: { start: "async () => { throw new Error('x'); }" }, entry: { onFailure: 'degrade' } },
      }),
    );
    expect(error.code).to.equal('PLUGIN_FAILED');
    expect(error.details.errors).to.deep.equal([
      { at: 'slow', code: 'PLUGIN_FAILED', message: 'it did not start within 0.1 s' },
      { at: 'typed', code: 'AUTHENTICATION_FAILED', message: 'the password is wrong' },
      { at: 'rough', code: 'PLUGIN_FAILED', message: 'it did not start, and gave no reason; the log has the cause' },
      { at: 'bearable', code: 'PLUGIN_FAILED', message: 'it did not start, and gave no reason; the log has the cause' },
    ]);
    expect(error.message).to.equal(
      '4 plugins did not start: slow (Probe): it did not start within 0.1 s [PLUGIN_FAILED]; ' +
        'typed (Probe): the password is wrong [AUTHENTICATION_FAILED]; ' +
        'rough (Probe): it did not start, and gave no reason; the log has the cause [PLUGIN_FAILED]; ' +
        'bearable (Probe): it did not start, and gave no reason; the log has the cause [PLUGIN_FAILED]',
    );
    expect(trace()).to.deep.equal(['start good', 'stop good']);
    expect(lines.join('')).to.contain('driver says password=[secret]').and.not.to.contain('swordfish1');
  });

  it('stops a plugin whose start failed or took too long, and tells it by the signal', async () => {
    const start =
      "(signal) => new Promise((_, no) => signal.addEventListener('abort', () => { globalThis.probeTrace.push('aborted'); no(signal.reason); }))";
    await refusal(open({ a: { code: { ...traced, start }, entry: { startTimeoutSeconds: 0.1 } } }));
    expect(trace()).to.deep.equal(['aborted', 'stop a']);
  });

  it('goes on without a plugin that may degrade, and says that it is down', async () => {
    const imports = "import { PluginError } from 'datamind/contract';";
    const start = "async () => { throw new PluginError('CONNECTION_FAILED', 'nobody answers at db:5432'); }";
    const plugins = await open({ a: {}, b: { code: { imports, start }, entry: { onFailure: 'degrade' } } });
    expect(plugins.statuses().map(({ name, state, failure }) => [name, state, failure?.code])).to.deep.equal([
      ['a', 'up', undefined],
      ['b', 'down', 'CONNECTION_FAILED'],
    ]);
    expect([...plugins.of('export').keys()]).to.deep.equal(['a']);
    expect(await plugins.health()).to.deep.equal([
      { name: 'a', status: 'up', latencyMs: 1 },
      { name: 'b', status: 'down', latencyMs: 0, detail: 'nobody answers at db:5432' },
    ]);
  });

  const invalid: readonly { title: string; probe: Probe; message: string }[] = [
    {
      title: 'throws in create',
      probe: { code: { create: '() => { throw new Error(); }' } },
      message: 'its "create" failed on a configuration that fits its schema',
    },
    {
      title: 'creates asynchronously',
      probe: { code: { create: 'async () => { throw new Error(); }' } },
      message: 'its "create" must not be asynchronous; what takes time belongs into "start"',
    },
    {
      title: 'creates nothing',
      probe: { code: { create: '() => undefined' } },
      message: 'its "create" must return an object',
    },
    {
      title: 'has no create',
      probe: { code: { create: '5' } },
      message: 'its default export must be an object with the function "create"',
    },
    {
      title: 'lacks a method',
      probe: { code: { create: '() => ({ start() {}, stop: 1 })' } },
      message: 'its export lacks "health()", "stop()"',
    },
    {
      title: 'is half a connector',
      probe: { manifest: { kind: 'connector' } },
      message: 'its connector lacks "query()", "introspect()"',
    },
    {
      title: 'speaks an unknown dialect',
      probe: {
        manifest: { kind: 'connector' },
        code: { more: "query() {}, introspect() {}, capabilities: {}, dialect: 'oracle'" },
      },
      message:
        'its "dialect" must be one of duckdb, sqlite, postgres, mysql, clickhouse, redshift, sqlserver, snowflake, bigquery',
    },
    {
      title: 'does not parse',
      probe: { code: { imports: 'this is not code' } },
      message: 'its module cannot be loaded; the log has the cause',
    },
    {
      title: 'imports a file that is not there',
      probe: { code: { imports: "import './nowhere.js';" } },
      message: 'its module cannot be loaded; the log has the cause',
    },
  ];
  for (const { title, probe, message } of invalid) {
    it(`refuses a plugin that ${title}, even if it may degrade, and starts nothing`, async () => {
      const error = await refusal(open({ good: { code: traced }, bad: { ...probe, entry: { onFailure: 'degrade' } } }));
      expect(error.code).to.equal('PLUGIN_INVALID');
      expect(error.message).to.equal(`The plugin bad (Probe): ${message}`);
      expect(trace()).to.deep.equal([]);
    });
  }

  describe('a driver that is not installed', () => {
    const needing: readonly { title: string; probe: Probe; message: string }[] = [
      {
        title: 'by the manifest',
        probe: { manifest: { packages: ['no-such-driver'] } },
        message: 'the package "no-such-driver" is not installed; run "npm install no-such-driver"',
      },
      {
        title: 'by the import',
        probe: { code: { imports: "import 'no-such-driver';" } },
        message: 'the package "no-such-driver" is not installed; run "npm install no-such-driver"',
      },
      {
        title: 'by create',
        probe: {
          code: {
            imports: "import { PluginError } from 'datamind/contract';",
            create: "() => { throw new PluginError('DRIVER_MISSING', 'install it'); }",
          },
        },
        message: 'install it',
      },
      {
        title: 'by start',
        probe: {
          code: {
            imports: "import { PluginError } from 'datamind/contract';",
            start: "async () => { throw new PluginError('DRIVER_MISSING', 'install it'); }",
          },
        },
        message: 'install it',
      },
    ];
    for (const { title, probe, message } of needing) {
      it(`is seen ${title}, and "otherwise" takes its place`, async () => {
        const entry = { otherwise: { use: './spare' } };
        const plugins = await open({ main: { ...probe, entry }, spare: { entry: { use: 'unlisted' }, code: traced } });
        expect(plugins.statuses()).to.have.length(1);
        expect(plugins.statuses()[0]).to.include({
          name: 'main',
          id: 'spare',
          use: './spare',
          otherwise: true,
          state: 'up',
        });
        expect(trace()).to.deep.equal(['start main']);
        expect(lines.join('')).to.contain('./spare takes the place of ./main, whose driver is missing');
      });
      it(`is seen ${title}, and is an error without "otherwise"`, async () => {
        const error = await refusal(open({ main: probe }));
        expect(error.code).to.equal('DRIVER_MISSING');
        expect(error.message).to.equal(`The plugin main (Probe): ${message}`);
      });
    }
    it('"otherwise" is not for other failures', async () => {
      const entry = { otherwise: { use: './spare' } };
      const code = { start: "async () => { throw new Error('x'); }" };
      const error = await refusal(open({ main: { code, entry }, spare: { entry: { use: 'unlisted' }, code: traced } }));
      expect(error.code).to.equal('PLUGIN_FAILED');
      expect(trace()).to.deep.equal([]);
    });
  });

  it('reports a plugin that does not stop well, and stops the others', async () => {
    const plugins = await open({
      a: { code: traced },
      b: { code: { stop: "async () => { throw new Error('no'); }" } },
      c: { code: traced },
    });
    expect(await plugins.stop()).to.deep.equal([
      { name: 'b', code: 'PLUGIN_FAILED', message: 'it did not stop, and gave no reason; the log has the cause' },
    ]);
    expect(trace()).to.deep.equal(['start a', 'start c', 'stop c', 'stop a']);
  });

  it('does not wait for one that hangs', async () => {
    const hang = '() => new Promise(() => {})';
    const plugins = await open({ a: { code: traced }, b: { code: { health: hang, stop: hang } } });
    expect((await plugins.health()).map(({ status, detail }) => [status, detail])).to.deep.equal([
      ['up', undefined],
      ['down', 'it did not answer within 0.2 s'],
    ]);
    expect(await plugins.stop()).to.deep.equal([
      { name: 'b', code: 'PLUGIN_FAILED', message: 'it did not stop within 0.2 s' },
    ]);
    expect(trace()).to.deep.equal(['start a', 'stop a']);
  });

  it('a health check that throws is down', async () => {
    const plugins = await open({ a: { code: { health: "async () => { throw new Error('secret'); }" } } });
    const { status, detail } = (await plugins.health())[0]!;
    expect([status, detail]).to.deep.equal(['down', 'it did not answer, and gave no reason; the log has the cause']);
  });

  it('what a health check says is redacted', async () => {
    const health = "async () => ({ status: 'degraded', latencyMs: 1, detail: 'slow with ' + config.password })";
    const plugins = await open({ a: { code: { health }, entry: { config: { password: { $env: 'SECRET' } } } } });
    expect((await plugins.health())[0]!.detail).to.equal('slow with [secret]');
  });

  it('connectors are claimed once', async () => {
    const more = "query() {}, introspect() {}, capabilities: {}, dialect: 'duckdb'";
    const plugins = await open({ a: {}, warehouse: { manifest: { kind: 'connector' }, code: { more } } });
    expect([...plugins.claimConnectors().keys()]).to.deep.equal(['warehouse']);
    expect(() => plugins.claimConnectors()).to.throw('have an owner already');
    expect([...plugins.of('export').keys()]).to.deep.equal(['a']);
  });

  it('secrets reach neither errors nor logs, however a plugin spells them', async () => {
    const imports = "import { PluginError } from 'datamind/contract';";
    const start = `async () => {
      const p = config.password;
      host.log.info('connecting with ' + p, { url: 'pg://u:' + encodeURIComponent(p) + '@db', password: 'x' + p, deep: [{ p }] });
      host.log.error('failed', { cause: new Error('outer', { cause: new Error('auth ' + Buffer.from('user:' + p).toString('base64')) }) });
      globalThis.probeTrace.push(host.redact('my ' + p));
      throw new PluginError('AUTHENTICATION_FAILED', 'no entry with ' + p + ' as ' + JSON.stringify({ p }), { cause: new Error(p) });
    }`;
    const entry = { config: { password: { $env: 'SECRET' } } };
    const error = await refusal(open({ a: { code: { imports, start }, entry } }));
    const everything = `${error.message} ${JSON.stringify(error.details)} ${lines.join('')}`;
    expect(error.message).to.equal('The plugin a (Probe): no entry with [secret] as {"p":"[secret]"}');
    expect(trace()).to.deep.equal(['my [secret]']);
    expect(lines).to.have.length(3);
    for (const spelling of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').slice(2, -4),
      'hunter2',
    ]) {
      expect(everything).not.to.contain(spelling);
    }
  });

  it('a configuration that is wrong is refused with every problem', async () => {
    const error = await refusal(open({ a: { entry: { config: { prot: 1 } } }, b: { entry: { use: './nowhere' } } }));
    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.details.errors).to.have.length(2);
    expect(error.message).to.match(
      /^The configuration of the plugins has 2 problems:\n.*plugins\.config\.json:7:9 \/plugins\/0\/config\/prot: .*\n.*:11:7 \/plugins\/1\/use: there is no folder/,
    );
  });
});
