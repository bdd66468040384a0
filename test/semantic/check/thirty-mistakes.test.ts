import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../../core/package-root.js';
import { Compiler } from '../../../semantic/check/compiler.js';
import { readFolder } from '../../../semantic/load/read-folder.js';

const folder = join(packageRoot(), 'test', 'semantic', 'fixtures', 'thirty-mistakes');

/** The files say themselves what is expected: `# ! column CODE` on the line, or `! line:column CODE`. */
const expectedIn = (file: string, text: string): readonly string[] =>
  text.split('\n').flatMap((line, index) => {
    const match = /! (?:(\d+):)?(\d+) ([A-Z_]+)$/.exec(line);
    return match === null ? [] : [`${file}:${match[1] ?? index + 1}:${match[2]} ${match[3]}`];
  });

describe('a folder with thirty mistakes', () => {
  it('gives thirty diagnostics, each at its place, and nothing else', async () => {
    const { files, findings } = await readFolder(folder);
    const compiler = await Compiler.create();
    const { model, diagnostics } = compiler.compile(files, { findings });
    const expected = [...files].flatMap(([file, text]) => expectedIn(file, text));
    expect(expected).to.have.length(30);
    expect(diagnostics.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`).sort()).to.deep.equal(
      expected.sort(),
    );
    expect(model).to.equal(null);
  });
});
