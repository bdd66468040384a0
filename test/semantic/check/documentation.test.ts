import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../../core/package-root.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import { diagnosticCatalogue } from '../../../semantic/check/catalogue.js';
import { compile } from '../../../semantic/check/compiler.js';

const readme = readFileSync(join(packageRoot(), 'semantic', 'check', 'README.md'), 'utf8');
const sections = readme.split(/^### /m).slice(1);
const codeOf = (section: string): string => section.slice(0, section.indexOf('\n'));

/** The files of an example: one YAML text, or several after `# file:` lines, and a catalogue. */
const filesOf = (section: string): Map<string, string> => {
  const files = new Map<string, string>();
  for (const [, language, body = ''] of section.matchAll(/```(yaml|json)\n([\s\S]*?)```/g)) {
    if (language === 'json') files.set('catalogue.json', body);
    else {
      const [first = '', ...named] = body.split(/^# file: /m);
      if (first !== '') files.set('model.yaml', first);
      for (const part of named) files.set(part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1));
    }
  }
  return files;
};

/** Codes of files and folders, and of what is not in files: see `read-folder.test.ts`, `compiler.test.ts` and `closing-policies.test.ts`. */
const withoutExample = new Set([
  'FOLDER_MISSING',
  'FOLDER_EMPTY',
  'FILE_UNREADABLE',
  'FILE_TOO_LARGE',
  'FILE_NOT_TEXT',
  'POLICY_BROKEN',
]);

describe('the reference of diagnostics', () => {
  before(() => loadQueryParser());

  it('documents every code of the catalogue, and no other', () => {
    expect(sections.map(codeOf).sort()).to.deep.equal(Object.keys(diagnosticCatalogue).sort());
  });

  for (const section of sections) {
    const code = codeOf(section);
    if (withoutExample.has(code)) continue;
    it(`${code}: the example produces it and nothing else`, () => {
      const { diagnostics } = compile(filesOf(section));
      expect(diagnostics.map((one) => one.code)).to.deep.equal([code], JSON.stringify(diagnostics, null, 1));
    });
    it(`${code}: its severity is told`, () => {
      const warning = diagnosticCatalogue[code as keyof typeof diagnosticCatalogue].severity === 'warning';
      expect(section.includes('\n\n(warning) ')).to.equal(warning);
    });
  }
});
