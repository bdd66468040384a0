/** The cases of the kit that need no engine, on the connectors for warehouses that no engine can stand for. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type ConformanceTarget, runConformance } from '../../core/plugin/conformance/index.js';
import { packageRoot } from '../../core/package-root.js';
import { readManifest } from '../../core/plugin/read-manifest.js';

describe('the connectors for warehouses keep what the kit asks without an engine', function () {
  this.timeout(60_000);
  for (const plugin of ['sqlserver', 'snowflake', 'bigquery']) {
    it(plugin, async () => {
      const { read } = readManifest(join(packageRoot(), 'plugins/connectors', plugin));
      const { default: module } = (await import(pathToFileURL(read!.main).href)) as {
        default: ConformanceTarget['module'];
      };
      const report = await runConformance({ manifest: read!.manifest, module });
      const failed = report.filter(({ status }) => status === 'failed');
      expect(failed.map(({ case: id, reason }) => `${id}: ${reason}`)).to.deep.equal([]);
      expect(report.filter(({ status }) => status === 'passed').length).to.be.above(8);
    });
  }
});
