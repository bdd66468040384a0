/** Whoever answers a subject asks for the subject's model: the workspace's own is for those who keep it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const source = join(import.meta.dirname, '../../../src');

/** Why each may see the whole model of a workspace. */
const keepers: Readonly<Record<string, string>> = {
  'catalogue/listed-for.ts': 'whether it is stale; the model itself is the subject’s',
  'connections/drafted-models.ts': 'makes the subject’s model',
  'feedback/list-pairs.ts': 'lists verified queries, for admins',
  'feedback/service.ts': 'changes verified queries, for admins; checks them on the subject’s model',
  'models/workspace-models.ts': 'gives it out',
  'metrics/service.ts': 'edits metrics, for admins',
  'policies/routes.ts': 'tries policies, for admins, and narrows the model before anything is asked of it',
  'policies/service.ts': 'lists policies, narrowed',
  'policies/change-policies.ts': 'changes policies, for admins',
  'policies/change-routes.ts': 'changes policies, for admins',
  'policies/named-users.ts': 'names that nobody may take',
  'projects/apply-template.ts': 'adds to the model, for admins',
  'projects/service.ts': 'checks names, for admins',
  'query/service.ts': 'warnings of how the model stands',
  'questions/service.ts': 'warnings of how the model stands',
  'sql/routes.ts': 'warnings of how the model stands',
  'compiler/routes.ts': 'compiles, for admins',
  'metrics/routes.ts': 'edits metrics, for admins',
  'models/routes.ts': 'files, for admins',
  'models/standing-warnings.ts': 'whether it is stale',
  'open-project.ts': 'the command line',
  'cli/serve.ts': 'the first model of a start',
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

describe('the model of a workspace', () => {
  it('is asked for by those who keep it only', () => {
    const found = filesIn(source).filter((name) =>
      /\bmodels\.of\(|\bmodels\.ready\(|\.model\(\)|\bsource\.state\(\)|\.folder\.state\(\)/.test(
        readFileSync(join(source, name), 'utf8'),
      ),
    );
    expect(found.filter((name) => !Object.hasOwn(keepers, name))).to.deep.equal([]);
    expect(Object.keys(keepers).filter((name) => !found.includes(name))).to.deep.equal([]);
  });
});
