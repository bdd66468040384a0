/** Masked hashes and groups only, through the program, as a user meets them. */
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeSmallProject, runProgram, type SmallProject } from './small-project.js';

const salt = 'a salt that nobody guesses';
const policies = `policies:
  - {name: few, for: everyone, on: numbers, rows: n < 5}
  - {name: hashed, for: everyone, on: customers, columns: {name: {mask: hash}}}
  - {name: groups, for: everyone, on: orders, aggregate_only: {minimum_group: 2, of: order_id, filters: [status], budget: {answers: 2}}}
  - {name: mine, for: {users: [bea]}, on: orders, rows: customer_id = 1}
`;

interface BatchLine {
  readonly sql?: string;
  readonly rows?: readonly (readonly unknown[])[];
  readonly error?: { readonly code: string; readonly message: string };
}

describe('hashes and groups', function () {
  this.timeout(60_000);
  let project: SmallProject;
  before(async () => {
    project = await makeSmallProject();
    writeFileSync(join(project.ontology, 'policies.yaml'), policies);
    const config = JSON.parse(readFileSync(project.config, 'utf8')) as object;
    writeFileSync(project.config, JSON.stringify({ ...config, masks: { salt: { $env: 'SALT' } } }));
    const numbers = readFileSync(join(project.ontology, 'numbers.yaml'), 'utf8');
    const tenth = '  tenth: {type: number, expr: cast(n / 10 as integer)}\n';
    writeFileSync(join(project.ontology, 'numbers.yaml'), numbers.replace('measures:', `${tenth}measures:`));
    writeFileSync(join(project.folder, 'bea.json'), JSON.stringify({ user: 'bea' }));
    writeFileSync(join(project.folder, 'ada.json'), JSON.stringify({ user: 'ada' }));
  });
  after(() => project.remove());

  const ask = async (...queries: readonly object[]): Promise<{ readonly lines: BatchLine[]; readonly all: string }> => {
    const { out, err } = await runProgram(project.folder, ['query', '--batch', '--as', 'ada.json'], {
      input: queries.map((query, id) => JSON.stringify({ id, query })).join('\n'),
      env: { SALT: salt, DATAMIND_LOG_LEVEL: 'debug' },
    });
    return {
      lines: out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as BatchLine),
      all: out + err,
    };
  };

  it('hash with the configured key, which is nowhere to be read', async () => {
    const { lines, all } = await ask({ dimensions: ['customers.name'], order: [{ by: 'customers.name' }] });
    const hashes = ['Ada', 'Bea', 'Cleo'].map((name) => createHmac('sha256', salt).update(name).digest('hex'));
    expect(lines[0]!.rows).to.deep.equal(hashes.sort().map((hash) => [hash]));
    expect(lines[0]!.sql).to.match(/unhex\(CAST\(\$1 AS VARCHAR\)\)/);
    expect(all).not.to.include(salt);
    expect(all).not.to.match(/[0-9a-f]{128}/);
  });

  it("one's own beside everyone's passes the firewall", async () => {
    const args = ['query', '-m', 'order_count', '--beside', 'everyone', '--as', 'bea.json', '--json'];
    const { out, err } = await runProgram(project.folder, args, { env: { SALT: salt } });
    expect(err).not.to.match(/error/i);
    expect((JSON.parse(out) as BatchLine).rows).to.deep.equal([[2, 5]]);
  });

  it('a barrier in a planned statement passes the firewall', async () => {
    const filters = { member: 'numbers.tenth', op: 'eq', values: [0] };
    const { lines } = await ask({ metrics: ['number_count'], filters });
    expect(lines[0]!.rows).to.deep.equal([[5]]);
    expect(lines[0]!.sql).to.match(/\bOFFSET 0\b/);
  });

  it('groups: what was answered is remembered, and the budget ends', async () => {
    const isPaid = { member: 'orders.status', op: 'eq', values: ['paid'] };
    const { lines } = await ask(
      { metrics: ['order_count'] },
      { metrics: ['order_count'], filters: isPaid },
      { metrics: ['order_count'] },
      { metrics: ['revenue'] },
    );
    expect(lines.map(({ rows, error }) => rows ?? error!.code)).to.deep.equal([[[5]], [], [[5]], 'FORBIDDEN']);
    expect(lines[3]!.error!.message).to.equal(
      'Of "orders" you may have 2 different answers in 30 days, and you have had them.',
    );
  });
});
