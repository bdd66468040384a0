/**
 * The lists of functions against the engines themselves. A name that an engine has and no list has is refused; a new version
 * that brings one fails here, so that somebody decides: into a list, or into the file of what was looked at and left out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { firewallLists, functionClass } from '../../core/firewall/lists/index.js';
import { words } from '../../core/firewall/lists/firewall-list.js';
import { packageRoot } from '../../core/package-root.js';
import { dialects, isMissing, startEngine } from '../engines/start-engine.js';
import { type LiveFunction, liveFunctions, namesIn } from './live-functions.js';

const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();

for (const dialect of dialects) {
  describe(`the functions of ${dialect}`, function () {
    this.timeout(60_000);
    const facts = liveFunctions[dialect];
    const file = join(packageRoot(), 'test', 'security', 'fixtures', 'unlisted-functions', `${dialect}.txt`);
    const listed = [...firewallLists[dialect].functions].filter(([, of]) => of !== 'never').map(([name]) => name);
    const live = new Map<string, LiveFunction>();
    let version = '';
    let recorded = '';
    let leftOut: ReadonlySet<string> = new Set();

    before(async function () {
      const engine = await startEngine(dialect);
      if (isMissing(engine)) {
        console.log(`    skipped on ${dialect}: ${engine.missing}`);
        return this.skip();
      }
      version = engine.version;
      for (const row of (await engine.admin(facts.query)) as Readonly<Record<string, unknown>>[]) {
        const name = String(row.name ?? row.NAME).toLowerCase();
        const { unstable, direct } = facts.read(row);
        const known = live.get(name);
        live.set(name, {
          name,
          unstable: unstable || known?.unstable === true,
          direct: direct || known?.direct === true,
        });
      }
      const unlisted = sorted([...live.keys()].filter((name) => functionClass(dialect, name) === null));
      if (process.env.DATAMIND_RECORD_FUNCTIONS === '1') writeFileSync(file, [version, ...unlisted, ''].join('\n'));
      const [first = '', ...names] = readFileSync(file, 'utf8').split('\n');
      recorded = first;
      leftOut = words(names.join('\n'));
      const allowed = listed.filter((name) => live.has(name)).length;
      console.log(
        `    ${version}: ${live.size} functions, ${allowed} allowed, ${unlisted.length} on no list and so refused`,
      );
    });

    it('each that is allowed exists', () => {
      const absent = listed.filter((name) => !live.has(name));
      const excused = namesIn(facts.absent);
      if (version === recorded) expect(sorted(absent)).to.deep.equal(sorted(excused));
      else expect(sorted(excused).filter((name) => !listed.includes(name))).to.deep.equal([]);
    });

    it('each that exists is on a list, or was left out', () => {
      const unlisted = [...live.keys()].filter((name) => functionClass(dialect, name) === null);
      expect(sorted(unlisted.filter((name) => !leftOut.has(name)))).to.deep.equal([]);
      // What was put into a list since is left out no more.
      expect(sorted(leftOut).filter((name) => functionClass(dialect, name) !== null)).to.deep.equal([]);
    });

    it('each that the engine calls unstable is volatile, or never allowed', () => {
      const judged = [...live.values()].flatMap(({ name, unstable }) => {
        const of = functionClass(dialect, name);
        return unstable && of !== null && of !== 'volatile' && of !== 'never' ? [name] : [];
      });
      const excused = namesIn(facts.excused);
      if (version === recorded) expect(sorted(judged)).to.deep.equal(sorted(excused));
      else expect(sorted(judged).filter((name) => !excused.has(name))).to.deep.equal([]);
    });

    it('none that the engine keeps for itself is allowed', () =>
      expect(
        [...live.values()].flatMap(({ name, direct }) => {
          const of = functionClass(dialect, name);
          return direct && of !== null && of !== 'never' ? [name] : [];
        }),
      ).to.deep.equal([]));
  });
}
