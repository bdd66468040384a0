import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import { createModelSource } from '../../src/models/model-source.js';
import { storedPlace } from '../../src/models/stored-place.js';
import { modelFileVersions } from '../../src/models/store.js';
import type { DataMindError } from '../../core/errors/datamind-error.js';
import { ask } from '../api/request.js';
import { engines } from '../store/store-places.js';
import { type ModelNode, type ModelNodes, startNodes } from './start-nodes.js';

const path = 'semantic/models';
const people = {
  dora: { places: { default: 'admin' } },
  nils: { places: { north: 'admin' } },
  vera: { places: { north: 'viewer' } },
} as const;

const parcels = (measure: string): string =>
  `# what is sent\nentity: parcels\ntable: parcels\nkey: id\nmeasures:\n  ${measure}: {count: "*"}\n`;

for (const engine of engines) {
  describe(`models of workspaces, on ${engine}`, function () {
    this.timeout(60_000);
    let at: ModelNodes;
    let one: ModelNode;
    let two: ModelNode;
    /** Writes while `one` does: two stores of one process must not wait for each other's lock of a file. */
    let atOnce: ModelNode;
    before(async () => {
      at = await startNodes(engine, people);
      [one, two] = at.nodes as [ModelNode, ModelNode];
      atOnce = engine === 'sqlite' ? one : two;
    });
    after(() => at?.close());
    const names = async (node: ModelNode, user: string, list = 'metrics'): Promise<readonly string[]> => {
      const { body, text, status } = await node.ask(user, 'GET', list);
      expect(status, text).to.equal(200);
      return (body.data as unknown as { name: string }[]).map(({ name }) => name);
    };

    it('are not there at first, and nothing of the default workspace is', async () => {
      for (const [method, address, body] of [
        ['GET', 'entities', undefined],
        ['GET', 'metrics', undefined],
        ['GET', 'policies', undefined],
        ['POST', 'semantic/query', { metrics: ['revenue'] }],
        ['POST', 'sql/execute', { sql: 'select 1 from orders' }],
        ['POST', 'policies/explain', { query: { metrics: ['revenue'] } }],
      ] as const) {
        const answer = await one.ask('nils', method, address, { body });
        expect([answer.status, answer.body.code], address).to.deep.equal([503, 'MODEL_UNAVAILABLE']);
        expect(answer.text).to.contain('no model yet').and.not.to.contain('orders');
      }
      expect((await one.ask('nils', 'GET', path)).body.count).to.equal(0);
      expect((await one.ask('nils', 'GET', `${path}/shop.yaml`)).status).to.equal(404);
      expect(await names(one, 'dora', 'entities')).to.include('orders');
    });

    it('are made of files that are written whole, and every node has them with the next request', async () => {
      const broken = await one.ask('nils', 'POST', path, { body: { name: 'a.yaml', text: 'entity: parcels\n' } });
      expect([broken.status, broken.body.code]).to.deep.equal([422, 'MODEL_INVALID']);
      const made = await one.ask('nils', 'POST', path, { body: { name: 'a.yaml', text: parcels('sent') } });
      expect(made.status, made.text).to.equal(201);
      expect(await names(two, 'nils')).to.deep.equal(['sent']);
      expect(await names(one, 'vera')).to.deep.equal(['sent']);

      const there = await two.ask('nils', 'GET', `${path}/a.yaml`);
      expect(there.body.text).to.equal(parcels('sent'));
      const put = (node: ModelNode, measure: string, etag: string) =>
        node.ask('nils', 'PUT', `${path}/a.yaml`, { body: { text: parcels(measure) }, headers: { 'If-Match': etag } });
      const etag = there.headers.etag!;
      const [first, second] = await Promise.all([put(one, 'sent_first', etag), put(atOnce, 'sent_second', etag)]);
      expect([first.status, second.status].sort()).to.deep.equal([200, 412]);
      const winner = first.status === 200 ? 'sent_first' : 'sent_second';
      for (const node of [one, two]) expect(await names(node, 'nils')).to.deep.equal([winner]);
      expect(await names(one, 'dora')).not.to.include(winner);
    });

    it('take many changes at once, on all nodes, and lose none', async () => {
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, nth) =>
          [one, atOnce][nth % 2]!.ask('nils', 'POST', path, {
            body: { name: `more/m${nth}.yaml`, text: `glossary:\n  word ${nth}: {description: A word.}\n` },
          }),
        ),
      );
      expect(answers.map(({ status }) => status)).to.deep.equal(Array(6).fill(201));
      for (const node of [one, two]) expect(await names(node, 'nils', 'glossary')).to.have.lengthOf(6);
    });

    it('are never made of two changes that do not fit together', async () => {
      const sources = [one, atOnce].map(({ store }) =>
        createModelSource({
          place: storedPlace(store, 'north'),
          compiler: createModelCompiler(),
          log: createLogger({ level: 'silent' }),
        }),
      );
      const twins = await Promise.all(
        sources.map((source, nth) =>
          source
            .change(`twin${nth}.yaml`, () => 'entity: twin\ntable: twins\nkey: id\n')
            .then(
              () => 'written',
              (error: unknown) => (error as DataMindError).code,
            ),
        ),
      );
      expect(twins.sort()).to.deep.equal(['MODEL_INVALID', 'written']);
      for (const node of [one, two]) expect(await names(node, 'nils', 'entities')).to.include('twin');
    });

    it('keep every version', async () => {
      const gone = await one.ask('nils', 'DELETE', `${path}/more%2Fm0.yaml`);
      expect(gone.status, gone.text).to.equal(204);
      expect((await two.ask('nils', 'GET', `${path}/more%2Fm0.yaml`)).status).to.equal(404);
      const again = await two.ask('nils', 'POST', path, {
        body: { name: 'more/m0.yaml', text: 'glossary:\n  word 0: {description: Another.}\n' },
      });
      expect(again.status).to.equal(201);
      const versions = await one.store.read((db) =>
        db.find(modelFileVersions, {
          where: { workspaceId: 'north', name: 'more/m0.yaml' },
          order: { version: 'ASC' },
        }),
      );
      expect(versions.map(({ version, text, changedBy }) => [version, text === null, changedBy])).to.deep.equal([
        [1, false, 'nils'],
        [2, true, 'nils'],
        [3, false, 'nils'],
      ]);
      const listed = await two.ask('nils', 'GET', `${path}/more%2Fm0.yaml/versions`);
      expect(listed.body.count, listed.text).to.equal(3);
      const data = listed.body.data as unknown as { readonly version: number; readonly text: string | null }[];
      expect(data.map(({ version }) => version)).to.deep.equal([3, 2, 1]);
      expect([data[0]!.text, data[1]!.text]).to.deep.equal(['glossary:\n  word 0: {description: Another.}\n', null]);
      expect((await two.ask('nils', 'GET', `${path}/nothing.yaml/versions`)).status).to.equal(404);
      expect((await two.ask('dora', 'GET', `${path}/more%2Fm0.yaml/versions`)).status).to.equal(404);
    });

    it('reach no connection of the default workspace, whatever they name', async () => {
      for (const text of ['project: {name: north, connection: shop}\n', 'project: {name: north}\n']) {
        const put = await one.ask('nils', 'PUT', `${path}/project.yaml`, { body: { text } });
        expect(put.status, put.text).to.be.within(200, 201);
        const orders = 'entity: orders\ntable: orders\nkey: order_id\nmeasures: {takings: {sum: amount}}\n';
        await one.ask('nils', 'PUT', `${path}/orders.yaml`, { body: { text: orders } });
        for (const [address, body] of [
          ['semantic/query', { metrics: ['takings'] }],
          ['semantic/query', { metrics: ['takings'], connection: 'shop' }],
          ['sql/execute', { sql: 'select amount from orders' }],
          ['sql/execute', { sql: 'select amount from orders', connection: 'shop' }],
          ['sql/explain', { sql: 'select amount from orders', connection: 'shop' }],
        ] as const) {
          const answer = await one.ask('nils', 'POST', address, { body });
          expect([answer.status, answer.body.code], answer.text).to.deep.equal([404, 'CONNECTION_UNKNOWN']);
          expect(answer.body.suggestions ?? []).to.deep.equal([]);
        }
      }
      const own = await one.ask('dora', 'POST', 'semantic/query', { body: { metrics: ['revenue'] } });
      expect(own.body.rows).to.deep.equal([[72]]);
    });

    it('have metrics of their own', async () => {
      const made = await one.ask('nils', 'POST', 'metrics', {
        body: { name: 'sent_twice', formula: 'takings * 2' },
      });
      expect(made.status, made.text).to.equal(201);
      expect(await names(two, 'nils')).to.include('sent_twice');
      expect((await two.ask('nils', 'GET', `${path}/metrics.yaml`)).body.text).to.contain('sent_twice');
      const compiled = await two.ask('nils', 'POST', 'compiler/compile');
      expect([compiled.body.valid, compiled.body.hash]).to.deep.equal([
        true,
        (await one.models.of('north')).model().hash,
      ]);
      expect((await one.ask('vera', 'GET', path)).status).to.equal(403);
    });

    it('name users whom nobody makes themselves', async () => {
      const text = 'policies:\n  - {name: bosses, for: {users: [chief]}, on: orders, rows: order_id > 0}\n';
      const made = await one.ask('nils', 'POST', path, { body: { name: 'bosses.yaml', text } });
      expect(made.status, made.text).to.equal(201);
      const body = { name: 'deputies', for: { users: ['deputy'] }, on: 'orders', rows: true };
      expect((await one.ask('dora', 'POST', 'policies', { body })).status).to.equal(201);
      for (const username of ['chief', 'deputy']) {
        const taken = { username, email: `${username}@example.com`, password: 'a long sentence of my own' };
        const { status, body: told } = await ask(two.url, 'POST', '/api/v1/auth/register', { body: taken });
        expect([status, told.code], username).to.deep.equal([409, 'CONFLICT']);
      }
    });

    it('are gone when their files are', async () => {
      const { body } = await one.ask('nils', 'GET', path);
      const files = (body.data as unknown as { name: string }[]).map(({ name }) => name);
      const last = files.filter((name) => name !== 'metrics.yaml').map((name) => encodeURIComponent(name));
      for (const name of ['metrics.yaml', ...last]) {
        const gone = await one.ask('nils', 'DELETE', `${path}/${name}`);
        expect(gone.status, gone.text).to.equal(204);
      }
      expect((await two.ask('nils', 'GET', 'entities')).body.code).to.equal('MODEL_UNAVAILABLE');
    });
  });
}
