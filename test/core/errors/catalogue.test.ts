import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { errorCatalogue } from '../../../core/errors/catalogue.js';
import { packageRoot } from '../../../core/package-root.js';

const line = /^\| `([A-Z_]+)` +\| (\d{3}) +\| (.+?)\. +\| (.+?) +\|$/gm;

describe('the catalogue of errors', () => {
  const text = readFileSync(join(packageRoot(), 'core', 'errors', 'README.md'), 'utf8');
  const documented = [...text.matchAll(line)].map(([, code, status, title, mend]) => ({ code, status, title, mend }));

  it('and its documentation say the same, in the same order', () => {
    const catalogued = Object.entries(errorCatalogue).map(([code, { status, title }]) => ({
      code,
      status: String(status),
      title,
    }));
    expect(documented.map(({ code, status, title }) => ({ code, status, title }))).to.deep.equal(catalogued);
  });

  it('says for each code what to do', () => {
    for (const { code, mend } of documented) expect(mend, code).to.match(/^[A-Z].{15,}\.$/);
  });
});
