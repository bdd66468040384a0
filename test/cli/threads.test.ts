import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';

/** Says at the end how many threads the process has; the first work for the pool makes all of its own. */
const probe = `
const { pbkdf2 } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
process.once('beforeExit', () => {
  pbkdf2('a', 'b', 1, 32, 'sha256', () => undefined);
  const names = readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim());
  process.stderr.write('threads ' + names.filter((name) => /^(libuv-worker|node)$/.test(name)).length + '\\n');
});`;

describe('the program', () => {
  let folder: string;
  before(function () {
    if (process.platform !== 'linux') {
      process.stdout.write('skipped: threads are counted on Linux only\n');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'datamind-threads-'));
    writeFileSync(join(folder, 'probe.cjs'), probe);
    writeFileSync(join(folder, 'plugins.config.json'), '{"plugins": []}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** How many more threads the process has than with the smallest pool. */
  const threads = (size?: string): number => {
    const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
    const { stderr } = spawnSync(
      process.execPath,
      [
        join(packageRoot(), 'dist/src/cli/datamind.cjs'),
        'plugins',
        'list',
        '--config',
        join(folder, 'plugins.config.json'),
      ],
      {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...env,
          NODE_OPTIONS: `--require ${join(folder, 'probe.cjs')}`,
          ...(size && { UV_THREADPOOL_SIZE: size }),
        },
      },
    );
    return Number(/threads (\d+)/.exec(stderr)?.[1]);
  };

  it('has sixteen threads for what waits, unless said', () => {
    const [one, own, three] = [threads('1'), threads(), threads('3')];
    expect([own - one, three - one]).to.deep.equal([15, 2]);
  });
});
