import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { compile } from '../../../semantic/check/compiler.js';
import { readFolder } from '../../../semantic/load/read-folder.js';

describe('reading a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datamind-model-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('finds YAML files and catalogues in all folders, and passes the rest over', async () => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    mkdirSync(join(folder, '.git'));
    for (const file of [
      'x.yaml',
      'a/y.YML',
      'a/b/z.yml',
      'a/README.md',
      '.git/q.yaml',
      '.#x.yaml',
      'x.yaml~',
      'catalogue.json',
      'other.json',
    ]) {
      writeFileSync(join(folder, file), '\ufeffproject: {name: x}\n');
    }
    const { files, findings } = await readFolder(folder);
    expect([...files.keys()].sort()).to.deep.equal(['a/b/z.yml', 'a/y.YML', 'catalogue.json', 'x.yaml']);
    expect(findings).to.deep.equal([]);
  });

  it('follows links, but not in circles, and says which lead nowhere', async () => {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', 'x.yaml'), '');
    symlinkSync(folder, join(folder, 'a', 'up'));
    symlinkSync(join(folder, 'a', 'x.yaml'), join(folder, 'y.yaml'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'z.yaml'));
    symlinkSync(join(folder, 'loop.yaml'), join(folder, 'loop.yaml'));
    const { files, findings } = await readFolder(folder);
    expect([...files.keys()].sort()).to.deep.equal(['a/x.yaml', 'y.yaml']);
    expect(findings.map(({ code, place }) => `${place.source.file} ${code}`).sort()).to.deep.equal([
      'loop.yaml FILE_UNREADABLE',
      'z.yaml FILE_UNREADABLE',
    ]);
  });

  it('reads nothing through a link that leads out of the folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'datamind-outside-'));
    try {
      writeFileSync(join(outside, 'secret.yaml'), 'project: {name: secret}\n');
      symlinkSync(outside, join(folder, 'a'));
      symlinkSync(join(outside, 'secret.yaml'), join(folder, 'b.yaml'));
      const { files, findings } = await readFolder(folder);
      expect([...files]).to.deep.equal([]);
      expect(findings.map(({ place, message }) => `${place.source.file}: ${message}`)).to.deep.equal([
        'a: the link leads out of the folder; put what it means here',
        'b.yaml: the link leads out of the folder; put what it means here',
      ]);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('says that the folder does not exist, is a file, or is empty', async () => {
    const missing = await readFolder(join(folder, 'nowhere'));
    expect(compile(missing.files, missing).diagnostics.map(({ code }) => code)).to.deep.equal(['FOLDER_MISSING']);
    writeFileSync(join(folder, 'file'), '');
    expect((await readFolder(join(folder, 'file'))).findings.map(({ code }) => code)).to.deep.equal(['FOLDER_MISSING']);
    rmSync(join(folder, 'file'));
    const empty = await readFolder(folder);
    expect(compile(empty.files, empty).diagnostics.map(({ code }) => code)).to.deep.equal(['FOLDER_EMPTY']);
  });

  it('says that a file is no text, or too large', async () => {
    writeFileSync(join(folder, 'a.yaml'), Buffer.from([0x65, 0x3a, 0x20, 0xff, 0xfe]));
    writeFileSync(join(folder, 'b.yaml'), `# ${'x'.repeat(8_000_001)}`);
    const read = await readFolder(folder);
    expect(compile(read.files, read).diagnostics.map(({ file, code }) => `${file} ${code}`)).to.deep.equal([
      'a.yaml FILE_NOT_TEXT',
      'b.yaml FILE_TOO_LARGE',
    ]);
  });
});
