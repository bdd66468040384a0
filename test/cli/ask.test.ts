import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { makeSmallProject, runProgram, type SmallProject } from '../e2e/small-project.js';

describe('datamind ask', function () {
  this.timeout(60_000);
  let project: SmallProject;
  before(async () => {
    project = await makeSmallProject(1);
    const llm = join(packageRoot(), 'test', 'questions', 'scripted-llm');
    const shop = { use: 'datamind/plugins/connectors/duckdb', as: 'shop', config: { path: './shop.duckdb' } };
    const plugins = [shop, { use: llm, as: 'reader', config: { does: 'interpretation' } }];
    writeFileSync(project.config, JSON.stringify({ plugins }));
    writeFileSync(join(project.folder, 'alone.json'), JSON.stringify({ plugins: [shop] }));
  });
  after(() => project.remove());

  const rows: readonly {
    readonly what: string;
    readonly args: readonly string[];
    readonly code: number;
    readonly out?: RegExp;
    readonly err?: RegExp;
  }[] = [
    {
      what: 'words and a table',
      args: ['what', 'did', 'we', 'earn?'],
      code: 0,
      out: /^Revenue: 185\.15 EUR\.\n\nrevenue \(EUR\)\n─+\n {7}185\.15\n$/,
    },
    { what: 'JSON, as POST ask answers', args: ['revenue?', '--json'], code: 0, out: /"outcome": "answered"/ },
    {
      what: 'what it means',
      args: ['revenue?', '--dry-run'],
      code: 0,
      out: /"metrics": \[\n {4}"revenue"[\s\S]*SELECT/,
    },
    { what: 'no limit', args: ['revenue?', '--limit', 'all'], code: 2, err: /--limit/ },
  ];
  for (const { what, args, code, out, err } of rows)
    it(`says ${what}`, async () => {
      const ended = await runProgram(project.folder, ['ask', ...args]);
      expect(ended.code, ended.err).to.equal(code);
      if (out !== undefined) expect(ended.out).to.match(out);
      if (err !== undefined) expect(ended.err).to.match(err);
    });
});
