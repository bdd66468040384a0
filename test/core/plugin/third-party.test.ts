import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { packageRoot } from '../../../core/package-root.js';
import { createFolder, type Folder, writeProbe } from './plugin-folder.js';

const built = (path: string): string => pathToFileURL(join(packageRoot(), 'dist', path)).href;

/** A server's start in a process of its own, where nothing has been loaded yet. */
const program = `
import { PluginError } from '${built('core/plugin/contract.js')}';
import { createApprover } from '${built('core/plugin/approval.js')}';
import { createLogger } from '${built('core/logging/create-logger.js')}';
import { createRedactor } from '${built('core/secrets/create-redactor.js')}';
import { readPluginPlan } from '${built('core/plugin/read-plugin-plan.js')}';
import { startPlugins } from '${built('core/plugin/start-plugins.js')}';
globalThis.hostError = PluginError;
const redact = createRedactor();
const services = { log: createLogger({ redact }), redact, now: Date.now, isApproved: createApprover().isApproved };
const plugins = await startPlugins(readPluginPlan('plugins.config.json', process.env), services);
console.log(JSON.stringify({ statuses: plugins.statuses(), seen: globalThis.seen }));
await plugins.stop();
`;

/** Code that imports what DataMind publishes, and says whether it is the host's own copy. */
const code = {
  imports: `
    import { PluginError, contractVersion } from 'datamind/contract';
    import * as kit from 'datamind/conformance';
    import { readFileSync } from 'node:fs';
    globalThis.seen = { same: PluginError === globalThis.hostError, contractVersion, kit: typeof kit.runConformance };
  `,
};

describe('a plugin of a third party', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => folder.remove());

  const start = (use: string): { statuses: { state: string; id: string; use: string }[]; seen: unknown } => {
    folder.write('plugins.config.json', { plugins: [{ use, as: 'theirs', config: { host: 'db' } }] });
    const main = folder.write('start.mjs', program);
    const { stdout, stderr, status } = spawnSync(process.execPath, [main], { cwd: folder.path, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout);
  };
  const expected = { same: true, contractVersion: 1, kit: 'function' };

  it('in a folder outside DataMind loads by configuration alone', () => {
    writeProbe(folder, 'elsewhere/theirs', { code });
    const { statuses, seen } = start('./elsewhere/theirs');
    expect(statuses[0]).to.include({ id: 'theirs', state: 'up', use: './elsewhere/theirs' });
    expect(seen).to.deep.equal(expected);
  });

  it('under an absolute path too', () => {
    writeProbe(folder, 'elsewhere/theirs', { code });
    expect(start(join(folder.path, 'elsewhere/theirs')).seen).to.deep.equal(expected);
  });

  it('installed as a package loads by configuration alone', () => {
    const at = 'node_modules/@acme/datamind-theirs';
    writeProbe(folder, at, { code, manifest: { id: 'theirs' } });
    // Its `exports` hide the manifest, as many packages' do.
    folder.write(`${at}/package.json`, { name: '@acme/datamind-theirs', version: '1.0.0', exports: './index.mjs' });
    const { statuses, seen } = start('@acme/datamind-theirs');
    expect(statuses[0]).to.include({ id: 'theirs', state: 'up', use: '@acme/datamind-theirs' });
    expect(seen).to.deep.equal(expected);
  });

  it("gets the host's copy of the contract, even with another one beside it", () => {
    writeProbe(folder, 'node_modules/theirs', { code });
    folder.write('node_modules/datamind/package.json', {
      name: 'datamind',
      exports: { './contract': './contract.js' },
    });
    folder.write('node_modules/datamind/contract.js', 'throw new Error("the wrong copy")');
    expect(start('theirs').seen).to.deep.equal(expected);
  });
});
