/** Plans the example queries as the server does: for a subject, with what the firewall may find in the statement. */
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import type { DialectName } from '../../core/plugin/contract.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { ExpectedPlan } from '../../src/pipeline/expect-plan.js';
import { planQuery } from '../../src/pipeline/plan-query.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

export const exampleModel = async (): Promise<Model> => {
  await loadQueryParser();
  const { files } = await readFolder(join(packageRoot(), 'ontology'));
  return compile(files).model!;
};

export const admin = createSubject({ user: 'local', roles: ['admin'] });
export const analyst = createSubject({
  user: 'ana',
  roles: ['analyst'],
  attributes: { countries: ['Norway', 'France'] },
});

export const now = Date.parse('2026-06-15T12:00:00Z');

/** The statement and the one of the totals. @throws DataMindError */
export const planExample = (
  model: Model,
  query: unknown,
  dialect: DialectName,
  subject: Subject,
): readonly ExpectedPlan[] => {
  const timeZones = dialect !== 'sqlserver';
  const target = { dialect, capabilities: { timeZones } };
  const { statement, totals } = planQuery(model, query as SemanticQuery, subject, target, {
    now,
    salt: 'a salt of the tests',
    lineages: onlyTables,
  });
  return totals === null ? [statement] : [statement, totals];
};
