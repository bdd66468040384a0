import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';

describe('dependencies', () => {
  const read = (file: string): string => readFileSync(join(packageRoot(), file), 'utf8');
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = JSON.parse(
    read('package.json'),
  ) as Record<string, Record<string, string>>;
  const text = read('core/CONTEXT.md');
  // Installed by whoever configures what needs them, and here for the tests.
  const wanted = Object.keys(peerDependencies!);
  const [, table = '', rest = ''] = /## Dependencies[^\n]*\n\n(\|[\s\S]*?)\n\n([\s\S]*)/.exec(text) ?? [];

  it('each have a line of reason, and no line is about one that is gone', () => {
    const named = table
      .split('\n')
      .slice(2)
      .flatMap((line) => [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));
    expect(named.sort()).to.deep.equal(
      [...Object.keys(dependencies!), ...Object.keys(optionalDependencies!), ...wanted].sort(),
    );
  });

  it('those for building and testing are named too', () => {
    const missing = Object.keys(devDependencies!).filter(
      (name) => !name.startsWith('@types/') && !wanted.includes(name) && !rest.includes(`\`${name}\``),
    );
    expect(missing).to.deep.equal([]);
  });
});
