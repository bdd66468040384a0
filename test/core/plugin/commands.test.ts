import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Command } from 'commander';
import { packageRoot } from '../../../core/package-root.js';
import { registerPluginCommands } from '../../../src/cli/plugins.js';
import { createFolder, type Folder, writeProbe } from './plugin-folder.js';

interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
}

const secret = 'hunter2-hunter2';

const run = async (...words: readonly string[]): Promise<Outcome> => {
  let [out, err] = ['', ''];
  let code: number | undefined;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  registerPluginCommands(program, {
    env: { SECRET: secret, DATAMIND_HOME: '/srv/home' },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    exit: (given) => {
      code = given;
    },
  });
  await program.parseAsync(['plugins', ...words], { from: 'user' });
  return { out, err, code };
};

describe('the commands about plugins', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => folder.remove());

  const configure = (plugins: readonly object[]): string => folder.write('plugins.config.json', { plugins });

  describe('list', () => {
    it('shows what is configured and runs none of it', async () => {
      writeProbe(folder, 'probe', { code: { imports: 'throw new Error("it ran")' } });
      const { out, code } = await run('list', '-c', configure([{ use: './probe', as: 'one' }]));
      expect(code).to.equal(0);
      expect(out).to.equal(
        'name  kind    title  version  state  use\n────  ──────  ─────  ───────  ─────  ───────\none   export  Probe  1.0.0    ready  ./probe\n',
      );
    });
    it('shows what is sound beside what is not', async () => {
      writeProbe(folder, 'probe');
      const file = configure([
        { use: './probe', as: 'one' },
        { use: './nowhere', as: 'two' },
      ]);
      const { out, code } = await run('list', '-c', file);
      expect(code).to.equal(1);
      expect(out)
        .to.contain('one   export')
        .and.to.contain(`${file}:8:7 /plugins/1/use: there is no folder "./nowhere"`);
    });
    it('answers in JSON', async () => {
      writeProbe(folder, 'probe');
      const { out } = await run('list', '--json', '-c', configure([{ use: './probe', as: 'one' }]));
      expect(JSON.parse(out)).to.deep.include({ count: 1, problems: [] });
    });
  });

  describe('check', () => {
    it('is content when all are up', async () => {
      writeProbe(folder, 'probe');
      const { out, code } = await run('check', '--json', '-c', configure([{ use: './probe', as: 'one' }]));
      expect([code, JSON.parse(out).data[0].health]).to.deep.equal([0, 'up']);
    });
    it('shows every plugin, up or down, and no secret', async () => {
      writeProbe(folder, 'good');
      const start =
        "async () => { throw new PluginError('AUTHENTICATION_FAILED', 'no entry with ' + config.password); }";
      const imports = "import { PluginError } from 'datamind/contract';";
      writeProbe(folder, 'bad', { code: { imports, start } });
      const file = configure([
        { use: './bad', as: 'one', config: { password: { $env: 'SECRET' } } },
        { use: './good', as: 'two' },
      ]);
      const { out, code } = await run('check', '-c', file);
      expect(code).to.equal(1);
      expect(out).to.match(/^one .* down .* no entry with \[secret\] \[AUTHENTICATION_FAILED\]$/m);
      expect(out)
        .to.match(/^two .* up .*$/m)
        .and.not.to.contain(secret);
    });
    it('looks for files where the server would', async () => {
      const imports = "import { PluginError } from 'datamind/contract';";
      const start = "async () => { throw new PluginError('DATABASE_NOT_FOUND', config.path); }";
      const properties = { path: { type: 'string', 'x-path': true } };
      const manifest = { config: { type: 'object', additionalProperties: false, properties } };
      writeProbe(folder, 'probe', { manifest, code: { imports, start } });
      const entry = { use: './probe', as: 'one', config: { path: '.datamind/a.db' } };
      const { out } = await run('check', '-c', configure([entry]));
      expect(out).to.contain('/srv/home/a.db [DATABASE_NOT_FOUND]');
    });
    it('refuses a plugin that breaks the contract', async () => {
      writeProbe(folder, 'bad', { code: { create: '() => 5' } });
      const { err, code } = await run('check', '-c', configure([{ use: './bad', as: 'one' }]));
      expect([err, code]).to.deep.equal([
        'The plugin one (Probe): its "create" must return an object [PLUGIN_INVALID]\n',
        1,
      ]);
    });
    it('says that there is no such file', async () => {
      const { out, code } = await run('check', '-c', join(folder.path, 'nowhere.json'));
      expect([out, code]).to.deep.equal([`${folder.path}/nowhere.json: the file does not exist\n`, 1]);
    });
  });

  describe('new', () => {
    const kinds = ['connector', 'llm', 'dashboard', 'export'];
    for (const kind of kinds) {
      it(`writes a ${kind} that passes at once what needs no engine`, async () => {
        const at = join(folder.path, 'made');
        const made = await run('new', kind, 'acme-lake', '--dir', at, '--json');
        expect(made.code, made.err).to.equal(0);
        expect(JSON.parse(made.out).files).to.include.members(['index.js', 'plugin.json', 'README.md', 'package.json']);
        const { out, code } = await run('test', at, '--json');
        const { passed, failed, plugin } = JSON.parse(out);
        expect([plugin, failed, code], out).to.deep.equal(['acme-lake', 0, 0]);
        expect(passed).to.be.greaterThan(kind === 'connector' ? 5 : 1);
        const { code: listed } = await run('list', '-c', configure([{ use: './made', as: 'x', config: {} }]));
        expect(listed).to.equal(kind === 'connector' ? 1 : 0);
        expect(readFileSync(join(at, 'README.md'), 'utf8')).not.to.contain('{{');
      });
      it(`writes a ${kind} whose own test passes`, async () => {
        const at = join(folder.path, 'made');
        await run('new', kind, 'acme-lake', '--dir', at);
        mkdirSync(join(folder.path, 'node_modules'));
        symlinkSync(packageRoot(), join(folder.path, 'node_modules', 'datamind'));
        const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], {
          cwd: at,
          encoding: 'utf8',
          env: { PATH: process.env.PATH },
        });
        expect(status, stdout).to.equal(0);
        expect(stdout).to.contain('# pass 1');
      });
    }
    it('writes a connector that refuses to start rather than to look done', async () => {
      const at = join(folder.path, 'made');
      await run('new', 'connector', 'lake', '--dir', at);
      const { out, code } = await run(
        'check',
        '-c',
        configure([{ use: './made', as: 'lake', config: { host: 'h', database: 'd', user: 'u' } }]),
      );
      expect(code).to.equal(1);
      expect(out).to.contain('The connector Lake is not finished: write openSession() in driver.js. [UNAVAILABLE]');
    });
    it('writes over nothing', async () => {
      folder.write('made/mine.txt', 'mine');
      const { err, code } = await run('new', 'export', 'x', '--dir', join(folder.path, 'made'));
      expect([err, code]).to.deep.equal([
        `The folder ${folder.path}/made is not empty; choose another with --dir [CONFLICT]\n`,
        2,
      ]);
    });
    it('refuses a bad name', async () => {
      const { err, code } = await run('new', 'export', 'My Plugin', '--json');
      expect([err, code]).to.deep.equal(['', 2]);
    });
  });

  describe('test', () => {
    it('names what is wrong with the configuration it was given', async () => {
      writeProbe(folder, 'probe');
      const config = folder.write('config.json', { hots: 'x', password: secret });
      const { err, code } = await run('test', join(folder.path, 'probe'), '--config', config);
      expect(code).to.equal(1);
      expect(err.trimEnd().split('\n')).to.deep.equal([
        `${config}:2:3 /hots: "hots" is not known here; did you mean "host"?`,
        `${config}:3:3 /password: is a secret and must not stand in this file; write {"$env": "NAME"} or {"$file": "path"} in its place [CONFIG_INVALID]`,
      ]);
    });
    it('finds a plugin whose start fails', async () => {
      writeProbe(folder, 'probe', { code: { start: "async () => { throw new Error('x'); }" } });
      const { out, code } = await run('test', join(folder.path, 'probe'), '-c', folder.write('config.json', {}));
      expect(code).to.equal(1);
      expect(out).to.match(/life-cycle\/start +FAIL/);
    });
    it('names what is wrong with the admin module it was given', async () => {
      const at = join(folder.path, 'made');
      await run('new', 'connector', 'lake', '--dir', at);
      const empty = folder.write('empty.mjs', '');
      const { err, code } = await run('test', at, '--admin', empty);
      expect([err, code]).to.deep.equal([
        `the module ${empty} must export a function "admin(...statements)" [BAD_REQUEST]\n`,
        2,
      ]);
      const { err: gone } = await run('test', at, '--admin', 'nowhere.mjs');
      expect(gone).to.equal('the module nowhere.mjs cannot be loaded [BAD_REQUEST]\n');
    });
    it('says that there is no such plugin', async () => {
      const { err, code } = await run('test', '@acme/nowhere');
      expect([err, code]).to.deep.equal([
        'the package "@acme/nowhere" is not installed; run "npm install @acme/nowhere" [BAD_REQUEST]\n',
        2,
      ]);
    });
  });
});
