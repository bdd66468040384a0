/** What the command line runs is in the trail of the home's server, and what it was told of groups is remembered. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect } from 'chai';
import { listening, makeSmallProject, runProgram, type SmallProject, startProgram } from './small-project.js';

const policies = `policies:
  - {name: groups, for: everyone, on: orders, aggregate_only: {minimum_group: 2, of: order_id, filters: [status], budget: {answers: 1}}}
`;

describe('what the command line writes down', function () {
  this.timeout(60_000);
  let project: SmallProject;
  let store: string;
  before(async () => {
    project = await makeSmallProject();
    writeFileSync(join(project.ontology, 'policies.yaml'), policies);
    writeFileSync(join(project.folder, 'ada.json'), JSON.stringify({ user: 'ada' }));
    store = join(project.folder, '.datamind', 'datamind.db');
  });
  after(() => project.remove());

  const run = (...args: readonly string[]) => runProgram(project.folder, args);
  const metric = async (name: string) => run('query', '-m', name, '--as', 'ada.json', '--json');
  const entries = async () => {
    const { out } = await run('audit', 'export');
    return out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { action: string; user: string; chain: string; result: string | null });
  };
  const verified = async () => (await run('audit', 'verify')).out;

  it('nothing where no server ever ran', async () => {
    expect((await run('sql', 'run', 'select n from numbers limit 1')).code).to.equal(0);
    expect(existsSync(store)).to.equal(false);
  });

  it('but what it was told of groups, which the next process knows', async () => {
    const first = await metric('order_count');
    expect([first.code, first.err]).to.deep.equal([0, '']);
    expect(existsSync(store)).to.equal(true);
    const other = await metric('revenue');
    expect(other.code).to.equal(1);
    expect(other.err).to.contain('1 different answers').and.to.contain('FORBIDDEN');
    expect((await metric('order_count')).code).to.equal(0);
  });

  it('its statements with their proof, and refusals, where there is a store', async () => {
    const before = (await entries()).length;
    expect((await run('sql', 'run', 'select n from numbers limit 1', '--as', 'ada.json')).code).to.equal(0);
    expect((await run('sql', 'run', 'select n from nothing', '--as', 'ada.json')).code).to.equal(1);
    const more = (await entries()).slice(before);
    expect(more.map(({ action, user, result }) => [action, user, result])).to.deep.equal([
      ['statement.run', 'ada', null],
      ['statement.run', 'ada', 'done'],
      ['statement.refuse', 'ada', null],
      ['statement.refuse', 'ada', 'denied'],
    ]);
    expect(JSON.stringify(more)).to.contain('made_from');
    expect(await verified()).to.contain('The audit is whole');
  });

  it('also beside a server, into the same chain', async () => {
    const server = startProgram(project.folder, ['serve', '--port', '0']);
    try {
      const url = await listening(server);
      const ask = () =>
        fetch(`${url}/api/v1/sql/execute`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ sql: 'select label from numbers limit 1' }),
        });
      const [answer, ...ended] = await Promise.all([
        ask(),
        run('sql', 'run', 'select n from numbers limit 2'),
        run('query', '-m', 'number_count'),
      ]);
      expect([answer!.status, ...ended.map(({ code }) => code)]).to.deep.equal([200, 0, 0]);
      // The same user's budget, by either way.
      const other = await fetch(`${url}/api/v1/semantic/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metrics: ['order_count'] }),
      });
      expect(other.status).to.equal(200);
      const project = { name: 'counting', entities: ['numbers'] };
      const made = await fetch(`${url}/api/v1/projects`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(project),
      });
      expect(made.status, await made.text()).to.equal(201);
      const spent = await run('query', '-m', 'revenue');
      expect([spent.code, /FORBIDDEN/.test(spent.err)]).to.deep.equal([1, true]);
    } finally {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
    expect(await verified()).to.contain('The audit is whole');
    expect(new Set((await entries()).map(({ chain }) => chain)).size).to.equal(1);
  });

  it('and what a project of that server has is all that is there for who asks about it', async () => {
    const within = async (...args: readonly string[]) => {
      const { code, err } = await run(...args, '--project', 'counting');
      return [code, /\[(\w+)\]/.exec(err)?.[1] ?? null];
    };
    expect(await within('query', '-m', 'number_count')).to.deep.equal([0, null]);
    expect(await within('query', '-m', 'revenue')).to.deep.equal([1, 'UNKNOWN_MEMBER']);
    expect(await within('sql', 'run', 'select label from numbers limit 1')).to.deep.equal([0, null]);
    expect(await within('sql', 'run', 'select status from orders')).to.deep.equal([1, 'TABLE_UNKNOWN']);
    expect((await run('ask', 'how many orders', '--project', 'counting')).out).to.contain('nothing for "orders"');
    const unknown = await run('query', '-m', 'number_count', '--project', 'nothing');
    expect([unknown.code, /FORBIDDEN/.test(unknown.err)]).to.deep.equal([1, true]);
  });
});
