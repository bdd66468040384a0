/** The SQL of the example's queries for warehouses that cannot be run here. Each text is in `statements/<query>.<dialect>.sql`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createFirewall } from '../../core/firewall/create-firewall.js';
import { plannedLimits } from '../../core/firewall/limits.js';
import { packageRoot } from '../../core/package-root.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { exampleQueries, type Warehouse, warehouses } from './example-queries.js';
import { admin, analyst, exampleModel, planExample } from './plan-example.js';

const folder = join(packageRoot(), 'test/warehouses/statements');
/** Writes the files anew instead of comparing with them; what changed is then read in the diff. */
const rewrites = process.env.DATAMIND_REWRITE_STATEMENTS === '1';
const asked = Object.entries(exampleQueries);

describe('the SQL of the example for warehouses', () => {
  let model: Model;
  const firewall = createFirewall();
  before(async () => {
    model = await exampleModel();
  });
  const refusal = (query: unknown, dialect: Warehouse, subject: Subject): string => {
    try {
      planExample(model, query, dialect, subject);
      return 'planned';
    } catch (error) {
      if (!(error instanceof DataMindError)) throw error;
      return error.code;
    }
  };

  for (const dialect of warehouses) {
    describe(`on ${dialect}`, () => {
      for (const [name, { query, refused = [] }] of asked) {
        if (refused.includes(dialect)) {
          it(`${name}: refused`, () => expect(refusal(query, dialect, admin)).to.equal('UNSUPPORTED_ON_DIALECT'));
          continue;
        }
        it(`${name}: reads as it was read`, () => {
          const text = planExample(model, query, dialect, admin)
            .map((statement) => `${statement.text};\n`)
            .join('\n');
          const file = join(folder, `${name}.${dialect}.sql`);
          if (rewrites) writeFileSync(file, text);
          expect(text).to.equal(readFileSync(file, 'utf8'));
        });
        it(`${name}: passes the firewall, with policies too`, () => {
          for (const subject of [admin, analyst]) {
            if (subject === analyst && refusal(query, dialect, analyst) !== 'planned') continue;
            for (const { text, parameters, expected, bare } of planExample(model, query, dialect, subject)) {
              const admission = firewall.admit(
                { dialect, text, parameters, expected, bare, limits: plannedLimits },
                null,
              );
              expect(
                admission.admitted ? 'admitted' : `${admission.refusal.rule}: ${admission.refusal.message}\n${text}`,
              ).to.equal('admitted');
            }
          }
        });
      }
    });
  }

  it('keeps no text of a query that is gone', () => {
    const wanted = asked.flatMap(([name, { refused = [] }]) =>
      warehouses.filter((dialect) => !refused.includes(dialect)).map((dialect) => `${name}.${dialect}.sql`),
    );
    expect(readdirSync(folder).sort()).to.deep.equal(wanted.sort());
  });
});
