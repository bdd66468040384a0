import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { readSeededBugs, seedBug } from './seeded-bugs.js';

describe('the list of seeded bugs', () => {
  const bugs = readSeededBugs();

  it('names each bug once', () => {
    expect(new Set(bugs.map(({ id }) => id)).size).to.equal(bugs.length);
  });

  // `run-seeded-bugs.ts` runs them; here it shows only whether they still can be.
  for (const bug of bugs)
    it(`${bug.id} can be put into ${bug.file}`, () => {
      const source = readFileSync(join(packageRoot(), bug.file), 'utf8');
      expect(seedBug(source, bug)).to.not.equal(source);
    });
});
