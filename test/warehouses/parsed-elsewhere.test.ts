/** Another parser of the dialects (sqlglot, in Python) must take each text of `statements/` for one query of its dialect. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { type Warehouse, warehouses } from './example-queries.js';
import { findPython } from './python.js';

const folder = join(packageRoot(), 'test/warehouses/statements');
const names: Readonly<Record<Warehouse, string>> = {
  redshift: 'redshift',
  sqlserver: 'tsql',
  snowflake: 'snowflake',
  bigquery: 'bigquery',
};

/** Prints a line for each statement that is not one query. */
const judge = `
import sys, sqlglot
dialect = sys.argv[1]
for path in sys.argv[2:]:
    try:
        for tree in sqlglot.parse(open(path).read(), read=dialect, error_level=sqlglot.ErrorLevel.RAISE):
            if tree is not None and not isinstance(tree, sqlglot.exp.Query):
                print(path, 'is', type(tree).__name__)
    except Exception as error:
        print(path, str(error).split(chr(10))[0])
`;

describe('the SQL for warehouses, read by another parser', function () {
  this.timeout(120_000);
  const python = findPython('sqlglot');
  for (const dialect of warehouses) {
    it(`sqlglot reads every text for ${dialect}`, function () {
      if ('missing' in python) {
        console.log(`    skipped on ${dialect}: ${python.missing}`);
        this.skip();
      }
      const files = readdirSync(folder).filter((name) => name.endsWith(`.${dialect}.sql`));
      expect(files.length).to.be.above(20);
      const paths = files.map((name) => join(folder, name));
      const broken = execFileSync(python.path, ['-c', judge, names[dialect], ...paths], { encoding: 'utf8' });
      expect(broken).to.equal('');
    });
  }
});
