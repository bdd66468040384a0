import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { policies, policyVersions } from '../../src/policies/store.js';
import { runProgram } from '../e2e/small-project.js';
import { engines } from '../store/store-places.js';
import { type ModelNode, type ModelNodes, startNodes } from './start-nodes.js';

const people = {
  dora: { places: { default: 'admin' } },
  ana: { places: { default: 'analyst' }, attributes: { country: 'DE' } },
  vera: { places: { default: 'viewer' } },
  nils: { places: { north: 'admin' } },
} as const;

/** Of the shop's customers two are in region 1. */
const own = {
  name: 'own_region',
  for: { roles: ['analyst'] },
  on: 'customers',
  rows: 'region.country = subject.country',
};
const all = { name: 'admins', for: { roles: ['admin'] }, on: 'customers', rows: true };

for (const engine of engines) {
  describe(`policies by API, on ${engine}`, function () {
    this.timeout(60_000);
    let at: ModelNodes;
    let one: ModelNode;
    let two: ModelNode;
    let shop: string;
    before(async () => {
      at = await startNodes(engine, people);
      [one, two] = at.nodes as [ModelNode, ModelNode];
      shop = readFileSync(join(at.ontology, 'shop.yaml'), 'utf8');
    });
    after(() => at?.close());
    afterEach(async () => {
      writeFileSync(join(at.ontology, 'shop.yaml'), shop);
      for (const node of at.nodes) await node.models.folder.refresh();
      const rows = await one.store.read((db) => db.find(policies));
      for (const { name } of rows) {
        const gone = await one.ask('dora', 'DELETE', `policies/${name}`);
        expect(gone.status, gone.text).to.equal(204);
      }
      await one.store.transaction((db) => db.remove(policyVersions, { workspaceId: 'default' }));
    });
    const make = async (body: object, node = one) => {
      const made = await node.ask('dora', 'POST', 'policies', { body });
      expect(made.status, made.text).to.equal(201);
      return made;
    };
    /** How many customers somebody is told of, or the code of the refusal; by a semantic query and by SQL. */
    const customers = async (node: ModelNode, user: string): Promise<unknown> => {
      const query = await node.ask(user, 'POST', 'semantic/query', { body: { metrics: ['customer_count'] } });
      const sql = await node.ask(user, 'POST', 'sql/execute', { body: { sql: 'select name from customers' } });
      const told = [
        query.status === 200 ? Number((query.body.rows as unknown as number[][])[0]![0]) : query.body.code,
        sql.status === 200 ? Number(sql.body.rows_returned) : sql.body.code,
      ];
      return told[0] === told[1] ? told[0] : told;
    };

    it('are in force on every node for the next statement, also where an answer was cached', async () => {
      for (const node of at.nodes) expect(await customers(node, 'ana')).to.equal(5);
      await make(all);
      await make(own);
      expect(await customers(two, 'ana')).to.equal(2);
      expect(await customers(one, 'ana')).to.equal(2);
      expect(await customers(two, 'dora')).to.equal(5);
      const changed = await two.ask('dora', 'PATCH', 'policies/own_region', {
        body: { rows: "region.country = 'FR'" },
      });
      expect([changed.status, changed.body.version], changed.text).to.deep.equal([200, 2]);
      expect(await customers(one, 'ana')).to.equal(1);
      expect((await one.ask('dora', 'DELETE', 'policies/own_region')).status).to.equal(204);
      expect(await customers(two, 'ana')).to.deep.equal(['UNKNOWN_MEMBER', 'TABLE_CLOSED']);
      expect((await two.ask('dora', 'DELETE', 'policies/admins')).status).to.equal(204);
      expect(await customers(one, 'ana')).to.equal(5);
    });

    it('answer nobody from the cache of before', async () => {
      const body = JSON.stringify({ metrics: ['customer_count'], dimensions: ['customers.name'] });
      const ask = (node: ModelNode) =>
        node.ask('ana', 'POST', 'semantic/query', { body, headers: { 'Content-Type': 'application/json' } });
      for (const node of at.nodes) {
        await ask(node);
        expect((await ask(node)).body.timings!.cache).to.equal('hit');
      }
      await make(all);
      await make(own, two);
      for (const node of at.nodes) {
        const { body: told } = await ask(node);
        expect([told.timings!.cache, told.row_count, told.policies]).to.deep.equal(['miss', 2, ['own_region']]);
      }
    });

    it('are listed beside those of files, with origin, version, who and when', async () => {
      writeFileSync(
        join(at.ontology, 'shop.yaml'),
        `${shop}policies:\n  - {name: filed, for: {roles: [admin]}, on: staff, rows: staff_id > 0}\n`,
      );
      for (const node of at.nodes) await node.models.folder.refresh();
      await make(all);
      const { body } = await two.ask('dora', 'GET', 'policies');
      const rows = body.data as unknown as Readonly<Record<string, unknown>>[];
      expect(
        rows.map(({ name, origin, status, version, read_only, changed_by }) => [
          name,
          origin,
          status,
          version,
          read_only,
          changed_by,
        ]),
      ).to.deep.equal([
        ['admins', 'api', 'in_force', 1, false, 'dora'],
        ['filed', 'yaml', 'in_force', null, true, null],
      ]);
      expect(Date.parse(String(rows[0]!.changed_at))).to.be.closeTo(Date.now(), 60_000);
      expect(rows[0]!.definition).to.include({ on: 'customers', rows: true });
      for (const [method, put] of [
        ['PUT', { for: 'everyone', on: 'staff' }],
        ['PATCH', { label: 'x' }],
        ['DELETE', undefined],
      ] as const) {
        const refused = await one.ask('dora', method, 'policies/filed', { body: put });
        expect([refused.status, refused.body.code], refused.text).to.deep.equal([403, 'READ_ONLY']);
        expect(refused.body.detail).to.contain('shop.yaml');
      }
      const taken = await one.ask('dora', 'POST', 'policies', { body: { ...own, name: 'filed' } });
      expect([taken.status, taken.body.code]).to.deep.equal([409, 'CONFLICT']);
      const files = await one.ask('dora', 'GET', 'semantic/models');
      expect(
        (files.body.data as unknown as { name: string; read_only: boolean }[]).map((file) => [
          file.name,
          file.read_only,
        ]),
      ).to.deep.equal([
        ['.api/policies/admins.yaml', true],
        ['shop.yaml', false],
      ]);
      const edit = await one.ask('dora', 'PUT', 'semantic/models/.api%2Fpolicies%2Fadmins.yaml', {
        body: { text: 'x: 1' },
      });
      expect([edit.status, edit.body.code]).to.deep.equal([403, 'READ_ONLY']);
    });

    it('are shown to whom they are about, without who made them', async () => {
      await make(all);
      await make(own);
      const { body } = await two.ask('ana', 'GET', 'policies');
      const shown = body.data as unknown as Readonly<Record<string, unknown>>[];
      expect(
        shown.map(({ name, origin, version, definition, changed_by }) => [
          name,
          origin,
          version,
          definition,
          changed_by,
        ]),
      ).to.deep.equal([['own_region', 'api', null, null, null]]);
      expect((await two.ask('ana', 'GET', 'policies/admins')).status).to.equal(404);
      expect((await two.ask('vera', 'GET', 'policies')).body.count).to.equal(0);
    });

    it('are held to the version that was read, and keep all of them', async () => {
      const made = await make(all);
      const etag = made.headers.etag!;
      expect(etag).to.equal('"1"');
      const put = (node: ModelNode, label: string, tag = etag) =>
        node.ask('dora', 'PUT', 'policies/admins', { body: { ...all, label }, headers: { 'If-Match': tag } });
      // On one node they read the same version before any of them is written.
      const all6 = await Promise.all([one, one, one, one, one, one].map((node, nth) => put(node, `Label ${nth}`)));
      expect(all6.map(({ status }) => status).sort()).to.deep.equal([200, 412, 412, 412, 412, 412]);
      expect((await put(one, 'Third')).status).to.equal(412);
      const dropped = await two.ask('dora', 'DELETE', 'policies/admins', { headers: { 'If-Match': '"1"' } });
      expect(dropped.status).to.equal(412);
      expect((await two.ask('dora', 'GET', 'policies/admins')).headers.etag).to.equal('"2"');
      expect((await two.ask('dora', 'DELETE', 'policies/admins', { headers: { 'If-Match': '"2"' } })).status).to.equal(
        204,
      );
      expect((await two.ask('dora', 'GET', 'policies/admins')).status).to.equal(404);
      expect((await make(all)).headers.etag).to.equal('"4"');
      const { body } = await one.ask('dora', 'GET', 'policies/admins/versions');
      const versions = body.data as unknown as { version: number; definition: { label?: string } | null }[];
      expect(versions.map(({ version, definition }) => [version, definition === null])).to.deep.equal([
        [4, false],
        [3, true],
        [2, false],
        [1, false],
      ]);
      expect((await one.ask('dora', 'GET', 'policies/nowhere/versions')).status).to.equal(404);
    });

    it('are compiled whole before they are saved', async () => {
      for (const [body, status, code] of [
        [{ ...own, rows: 'region.country = 3' }, 422, 'MODEL_INVALID'],
        [{ ...own, on: 'clients' }, 422, 'MODEL_INVALID'],
        [{ ...own, columns: { ssn: 'deny' } }, 422, 'MODEL_INVALID'],
        [{ ...own, name: 'Own' }, 400, 'BAD_REQUEST'],
        [{ ...own, masks: {} }, 400, 'BAD_REQUEST'],
        [{ ...own, name: 'preview' }, 400, 'BAD_REQUEST'],
        [{ name: 'x', on: 'customers' }, 400, 'BAD_REQUEST'],
      ] as const) {
        const refused = await one.ask('dora', 'POST', 'policies', { body });
        expect([refused.status, refused.body.code], refused.text).to.deep.equal([status, code]);
      }
      await make(all);
      const patch = await one.ask('dora', 'PATCH', 'policies/admins', { body: { for: null } });
      expect([patch.status, patch.body.code], patch.text).to.deep.equal([400, 'BAD_REQUEST']);
      const unsaved = await one.ask('dora', 'PATCH', 'policies/admins', { body: { rows: 'name' } });
      expect([unsaved.status, unsaved.body.code]).to.deep.equal([422, 'MODEL_INVALID']);
      expect((await two.ask('dora', 'GET', 'policies')).body.count).to.equal(1);
      expect(await customers(two, 'dora')).to.equal(5);
    });

    it('close what they are about, on every node, when a reload breaks them, and open it when it is mended', async () => {
      await make({ ...all, rows: "region.country <> ''", for: 'everyone' });
      expect(await customers(one, 'dora')).to.be.a('number');
      writeFileSync(
        join(at.ontology, 'shop.yaml'),
        shop
          .replace('region: {to: regions', 'area: {to: regions')
          .replace('customer.region.country', 'customer.area.country'),
      );
      for (const node of at.nodes) await node.models.folder.refresh();
      const fresh = await at.start();
      for (const node of [...at.nodes, fresh]) {
        for (const user of ['dora', 'ana'])
          expect(await customers(node, user)).to.deep.equal(['UNKNOWN_MEMBER', 'TABLE_CLOSED']);
        expect((await node.ask('ana', 'POST', 'semantic/query', { body: { metrics: ['payroll'] } })).status).to.equal(
          200,
        );
        const health = (await node.ask('dora', 'GET', '../../health')).body.model!.diagnostics as unknown as object[];
        expect(health.map((one) => 'code' in one && one.code)).to.deep.equal(['POLICY_BROKEN']);
        const { body } = await node.ask('dora', 'GET', 'policies/admins');
        expect([body.status, body.origin, body.version]).to.deep.equal(['broken', 'api', 1]);
        expect(String(body.problem)).to.contain('region');
        expect((await node.ask('ana', 'GET', 'policies/admins')).status).to.equal(404);
      }
      const mended = await fresh.ask('dora', 'PATCH', 'policies/admins', { body: { rows: 'customer_id > 2' } });
      expect([mended.status, mended.body.status], mended.text).to.deep.equal([200, 'in_force']);
      for (const node of [...at.nodes, fresh]) expect(await customers(node, 'ana')).to.equal(3);
    });

    it('keep files from being written that would break them', async () => {
      await make({ ...all, rows: "region.country <> ''" });
      const text = shop
        .replace('region: {to: regions', 'area: {to: regions')
        .replace('customer.region', 'customer.area');
      const write = await two.ask('dora', 'PUT', 'semantic/models/shop.yaml', { body: { text } });
      expect([write.status, write.body.code], write.text).to.deep.equal([422, 'MODEL_INVALID']);
      const errors = write.body.errors as unknown as { file: string }[];
      expect(errors.map(({ file }) => file)).to.deep.equal(['.api/policies/admins.yaml']);
      expect(readFileSync(join(at.ontology, 'shop.yaml'), 'utf8')).to.equal(shop);
      expect(await customers(one, 'dora')).to.equal(3);
    });

    if (engine === 'sqlite') {
      it('hold on the command line, which reads the same store', async () => {
        writeFileSync(
          join(at.folder, 'ana.json'),
          JSON.stringify({ user: 'ana', roles: ['analyst'], attributes: { country: 'DE' } }),
        );
        const ask = async () => {
          const args = ['sql', 'run', 'select count(*) as n from customers', '--as', 'ana.json', '--json'];
          const { code, out, err } = await runProgram(at.folder, args, { env: at.env });
          return code === 0 ? out : err;
        };
        await make(all);
        await make(own);
        expect(await ask())
          .to.match(/\b2\b/)
          .and.to.contain('own_region');
      });
    }

    it('give way to one of a file with the same name, closed', async () => {
      await make({ ...all, for: 'everyone' });
      writeFileSync(
        join(at.ontology, 'shop.yaml'),
        `${shop}policies:\n  - {name: admins, for: everyone, on: orders, rows: order_id > 0}\n`,
      );
      for (const node of at.nodes) {
        await node.models.folder.refresh();
        expect(await customers(node, 'dora')).to.deep.equal(['UNKNOWN_MEMBER', 'TABLE_CLOSED']);
        expect((await node.ask('dora', 'POST', 'semantic/query', { body: { metrics: ['revenue'] } })).status).to.equal(
          200,
        );
      }
      const { body, headers } = await one.ask('dora', 'GET', 'policies/admins');
      expect([body.origin, body.status, headers.etag]).to.deep.equal(['api', 'broken', '"1"']);
    });

    it('hold at once also on a node whose folder has errors', async () => {
      writeFileSync(join(at.ontology, 'shop.yaml'), `${shop}  - oops\n`);
      for (const node of at.nodes) await node.models.folder.refresh();
      expect(await customers(two, 'ana')).to.equal(5);
      await make(all);
      await make(own);
      for (const node of at.nodes) expect(await customers(node, 'ana')).to.equal(2);
      expect((await at.start()).models.folder.state().status).to.equal('missing');
    });

    it('are previewed through somebody’s eyes, and nothing is kept', async () => {
      await make(all);
      const subject = { user: 'bob', roles: ['analyst'], attributes: { country: 'FR' } };
      for (const asked of [{ sql: 'select name from customers' }, { query: { metrics: ['customer_count'] } }]) {
        const { status, body, text } = await two.ask('dora', 'POST', 'policies/preview', {
          body: { policy: own, subject, ...asked },
        });
        expect(status, text).to.equal(200);
        expect([body.valid, body.before!.decision, body.after!.decision]).to.deep.equal([true, 'refuse', 'allow']);
        expect((body.after!.policies as unknown as { name: string }[]).map(({ name }) => name)).to.deep.equal([
          'own_region',
        ]);
      }
      const gone = await one.ask('dora', 'POST', 'policies/preview', {
        body: { remove: 'admins', subject, sql: 'select name from customers' },
      });
      expect([gone.body.before!.decision, gone.body.after!.decision, gone.body.after!.policies]).to.deep.equal([
        'refuse',
        'allow',
        [],
      ]);
      const broken = await one.ask('dora', 'POST', 'policies/preview', {
        body: { policy: { ...own, rows: 'name' }, subject, sql: 'select name from customers' },
      });
      expect([broken.body.valid, broken.body.after]).to.deep.equal([false, null]);
      expect((broken.body.diagnostics as unknown as unknown[]).length).to.be.greaterThan(0);
      expect((await one.ask('dora', 'GET', 'policies')).body.count).to.equal(1);
      expect(one.trail.entries().some(({ intent }) => intent.action === 'policy.simulate')).to.equal(true);
    });

    it('are made in the words of older clients too', async () => {
      await make(all);
      const rows = await one.ask('dora', 'POST', 'policies/rows', {
        body: { entity: 'customers', name: 'germans', for: { roles: ['analyst'] }, rows: "region.country = 'DE'" },
      });
      expect(rows.status, rows.text).to.equal(201);
      expect(await customers(two, 'ana')).to.equal(2);
      const columns = await one.ask('dora', 'POST', 'policies/columns', {
        body: { entity: 'customers', name: 'no_mail', columns: ['email'], deny: true, for: { roles: ['analyst'] } },
      });
      expect(columns.status, columns.text).to.equal(201);
      const email = () => two.ask('ana', 'POST', 'sql/execute', { body: { sql: 'select email from customers' } });
      expect((await email()).body.code).to.equal('COLUMN_UNKNOWN');
      const masked = await two.ask('dora', 'PUT', 'policies/columns/no_mail', {
        body: { entity: 'customers', name: 'no_mail', columns: ['email'], mask: 'full', for: { roles: ['analyst'] } },
      });
      expect(masked.status, masked.text).to.equal(200);
      const { body } = await email();
      expect(new Set((body.results as unknown as { email: string }[]).map((row) => row.email))).to.deep.equal(
        new Set(['***']),
      );
      const lists = await Promise.all(['rows', 'columns'].map((list) => one.ask('dora', 'GET', `policies/${list}`)));
      expect(
        lists.map((list) => (list.body.data as unknown as { name: string }[]).map(({ name }) => name)),
      ).to.deep.equal([['admins', 'germans'], ['no_mail']]);
      const unclear = await one.ask('dora', 'POST', 'policies/columns', {
        body: { entity: 'customers', name: 'unclear', columns: ['email'], mask: 'full', deny: true },
      });
      expect([unclear.status, unclear.body.code]).to.deep.equal([400, 'BAD_REQUEST']);
      expect((await two.ask('dora', 'DELETE', 'policies/rows/germans')).status).to.equal(204);
      const closing = await one.ask('dora', 'POST', 'policies/columns', {
        body: { entity: 'staff', name: 'no_pay', columns: ['salary'], deny: true },
      });
      expect(closing.body.warnings).to.deep.equal([
        '"staff" is closed to everyone: no permissive policy admits anybody to it.',
      ]);
    });

    it('are for admins of the workspace, and of no other', async () => {
      await make(all);
      const calls = [
        ['POST', 'policies', own],
        ['POST', 'policies/rows', { entity: 'customers', name: 'x', for: 'everyone', rows: true }],
        ['POST', 'policies/columns', { entity: 'customers', name: 'x', columns: ['email'], deny: true }],
        ['PUT', 'policies/admins', { for: 'everyone', on: 'customers', rows: true }],
        ['PATCH', 'policies/admins', { label: 'x' }],
        ['DELETE', 'policies/admins', undefined],
        ['POST', 'policies/preview', { policy: own, subject: { user: 'x' }, sql: 'select 1' }],
        ['GET', 'policies/admins/versions', undefined],
      ] as const;
      for (const [method, path, body] of calls) {
        for (const user of ['vera', 'ana'])
          expect((await one.ask(user, method, path, { body })).status, path).to.equal(403);
        expect((await one.ask('nils', method, path, { body, workspace: 'default' })).status).to.equal(403);
      }
      // Of another workspace, nothing is there: neither the policy nor the model.
      for (const [method, path, body] of calls.slice(3, 6)) {
        const elsewhere = await one.ask('nils', method, path, { body });
        expect([elsewhere.status, elsewhere.body.code], path).to.deep.equal([404, 'NOT_FOUND']);
      }
      expect((await one.ask('nils', 'GET', 'policies/admins/versions')).status).to.equal(404);
      expect((await one.ask('nils', 'POST', 'policies', { body: own })).body.code).to.equal('MODEL_INVALID');
      expect((await one.ask('nils', 'GET', 'policies')).body.code).to.equal('MODEL_UNAVAILABLE');
      expect((await two.ask('dora', 'GET', 'policies/admins')).body.version).to.equal(1);
      expect(await customers(one, 'vera')).to.equal('FORBIDDEN');
    });
  });
}
