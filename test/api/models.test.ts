import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ModelSource, ModelState } from '../../src/models/model-source.js';
import { ask } from './request.js';
import { stageExecutor, startTestServer, type TestServer } from './start-test-server.js';

const path = '/api/v1/semantic/models';
const orders = '# the orders of the shop\nentity: orders # one row each\n';
const yaml = { 'Content-Type': 'application/yaml' };

/** The next state of the model for which this holds, or a failure after five seconds. */
const nextState = (models: ModelSource, holds: (state: ModelState) => boolean): Promise<ModelState> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the model stayed ${models.state().status}`)), 5_000);
    const stop = models.onChange((state) => {
      if (!holds(state)) return;
      clearTimeout(late);
      stop();
      resolve(state);
    });
  });

describe('semantic/models', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ 'orders.yaml': orders }, stageExecutor());
  });
  afterEach(() => server.close());
  const onDisk = (name = 'orders.yaml') => readFileSync(join(server.folder, name), 'utf8');
  const fileNames = () => readdirSync(server.folder).sort();

  it('lists and shows files with their comments', async () => {
    writeFileSync(join(server.folder, 'a.yml'), 'x: 1\n');
    const list = await ask(server.url, 'GET', path);
    expect((list.body.data as unknown as { name: string }[]).map(({ name }) => name)).to.deep.equal([
      'a.yml',
      'orders.yaml',
    ]);
    const one = await ask(server.url, 'GET', `${path}/orders.yaml`);
    expect(one.body.text).to.equal(orders);
    expect(one.headers.etag).to.equal(one.body.etag);
  });

  it('says with each answer that the model in force is an older one', async () => {
    expect((await ask(server.url, 'GET', path)).headers['x-datamind-warning']).to.equal(undefined);
    writeFileSync(join(server.folder, 'broken.yaml'), 'BROKEN\n');
    await server.models.refresh();
    for (const address of [path, `${path}/orders.yaml`]) {
      const { status, headers } = await ask(server.url, 'GET', address);
      expect(status).to.equal(200);
      expect(headers['x-datamind-warning']).to.match(/^The ontology folder has errors; /);
    }
  });

  it('adds a file, also in a folder of its own', async () => {
    const { status, headers, body } = await ask(server.url, 'POST', path, {
      body: { name: 'sales/more.yaml', text: '# more\nx: 1\n' },
    });
    expect([status, headers.location]).to.deep.equal([201, `${path}/sales%2Fmore.yaml`]);
    expect(body.text).to.equal('# more\nx: 1\n');
    expect(onDisk('sales/more.yaml')).to.equal('# more\nx: 1\n');
    expect((await ask(server.url, 'GET', headers.location!)).body.text).to.equal('# more\nx: 1\n');
    const again = await ask(server.url, 'POST', path, { body: { name: 'sales/more.yaml', text: 'x: 2' } });
    expect([again.status, again.body.code]).to.deep.equal([409, 'CONFLICT']);
    expect(onDisk('sales/more.yaml')).to.equal('# more\nx: 1\n');
  });

  it('replaces a file as JSON or as YAML, and the model at once', async () => {
    const before = server.models.model().hash;
    const put = await ask(server.url, 'PUT', `${path}/orders.yaml`, { body: '# new\nentity: orders\n', headers: yaml });
    expect(put.status, put.text).to.equal(200);
    expect(onDisk()).to.equal('# new\nentity: orders\n');
    expect(server.models.model().hash).not.to.equal(before);
    const json = await ask(server.url, 'PUT', `${path}/orders.yaml`, { body: { text: orders } });
    expect(json.status).to.equal(200);
    expect(server.models.model().hash).to.equal(before);
    expect(fileNames()).to.deep.equal(['orders.yaml']);
  });

  it('refuses what does not compile, and leaves the file and the model alone', async () => {
    const before = server.models.model();
    const { status, body } = await ask(server.url, 'PUT', `${path}/orders.yaml`, {
      body: 'entity: orders\nlabel: BROKEN\n',
      headers: yaml,
    });
    expect([status, body.code]).to.deep.equal([422, 'MODEL_INVALID']);
    expect(body.errors![0]).to.deep.include({ file: 'orders.yaml', line: 2, column: 8, code: 'KEY_UNKNOWN' });
    expect(body.detail).to.contain('orders.yaml:2:8');
    expect(onDisk()).to.equal(orders);
    expect(fileNames()).to.deep.equal(['orders.yaml']);
    expect(server.models.model()).to.equal(before);
    expect((await ask(server.url, 'POST', path, { body: { name: 'b.yaml', text: 'BROKEN' } })).status).to.equal(422);
    expect(fileNames()).to.deep.equal(['orders.yaml']);
  });

  it('lets a folder with several broken files be mended file by file, and serves the last good model meanwhile', async () => {
    const good = server.models.model();
    writeFileSync(join(server.folder, 'orders.yaml'), 'entity: orders\nlabel: BROKEN\n');
    writeFileSync(join(server.folder, 'b.yaml'), 'x: 1\ny: BROKEN\n');
    await server.models.refresh();
    const put = (name: string, text: string) =>
      ask(server.url, 'PUT', `${path}/${name}`, { body: text, headers: yaml });

    const asBroken = await put('b.yaml', '# moved\nx: 1\ny: BROKEN\n');
    expect([asBroken.status, asBroken.body.code]).to.deep.equal([422, 'MODEL_INVALID']);
    const more = await put('c.yaml', 'BROKEN\n');
    expect(more.status).to.equal(422);
    expect(fileNames()).to.deep.equal(['b.yaml', 'orders.yaml']);

    const first = await put('b.yaml', 'x: 1\n');
    expect([first.status, String(first.headers['x-datamind-warning']).split(';')[0]]).to.deep.equal([
      200,
      'The ontology folder has errors',
    ]);
    expect(onDisk('b.yaml')).to.equal('x: 1\n');
    expect([server.models.state().status, server.models.model()]).to.deep.equal(['stale', good]);

    const second = await put('orders.yaml', orders);
    expect([second.status, second.headers['x-datamind-warning']]).to.deep.equal([200, undefined]);
    expect(server.models.state().status).to.equal('current');
  });

  it('lets one of two concurrent changes through when both name what they read', async () => {
    const { headers } = await ask(server.url, 'GET', `${path}/orders.yaml`);
    const put = (text: string) =>
      ask(server.url, 'PUT', `${path}/orders.yaml`, { body: text, headers: { ...yaml, 'If-Match': headers.etag! } });
    const answers = await Promise.all(['entity: a\n', 'entity: b\n', 'entity: c\n'].map(put));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 412, 412]);
    const kept = answers.find(({ status }) => status === 200)!;
    expect(onDisk()).to.equal(kept.body.text);
  });

  it('removes a file, by its ETag', async () => {
    writeFileSync(join(server.folder, 'more.yaml'), 'x: 1\n');
    const stale = await ask(server.url, 'DELETE', `${path}/more.yaml`, { headers: { 'If-Match': '"other"' } });
    expect(stale.status).to.equal(412);
    const gone = await ask(server.url, 'DELETE', `${path}/more.yaml`);
    expect([gone.status, gone.text]).to.deep.equal([204, '']);
    expect(existsSync(join(server.folder, 'more.yaml'))).to.equal(false);
    expect((await ask(server.url, 'DELETE', `${path}/more.yaml`)).status).to.equal(404);
  });

  it('follows no link out of the folder', async () => {
    const outside = join(tmpdir(), `datamind-outside-${process.pid}`);
    mkdirSync(outside);
    try {
      symlinkSync(outside, join(server.folder, 'link'));
      const { status, body } = await ask(server.url, 'PUT', `${path}/link%2Fx.yaml`, { body: 'x: 1\n', headers: yaml });
      expect([status, body.code]).to.deep.equal([403, 'FORBIDDEN']);
      expect(readdirSync(outside)).to.deep.equal([]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('says when the folder may not be written', async () => {
    if (process.getuid?.() === 0) {
      // The superuser may write anywhere: a file in the place of a folder stands in for the refusal.
      writeFileSync(join(server.folder, 'taken'), '');
      const { status, text } = await ask(server.url, 'PUT', `${path}/taken%2Fx.yaml`, {
        body: 'x: 1\n',
        headers: yaml,
      });
      expect(status, text).to.equal(409);
      return;
    }
    const { chmodSync } = await import('node:fs');
    chmodSync(server.folder, 0o555);
    const { status, body } = await ask(server.url, 'PUT', `${path}/orders.yaml`, { body: 'x: 1\n', headers: yaml });
    chmodSync(server.folder, 0o755);
    expect([status, body.code]).to.deep.equal([403, 'READ_ONLY']);
  });

  it('compiles texts, texts within the folder, and the folder, and changes nothing', async () => {
    const compile = (body?: unknown) => ask(server.url, 'POST', '/api/v1/compiler/compile', { body });
    expect((await compile()).body).to.deep.include({ valid: true, errors: 0 });
    const text = await compile({ text: 'a: 1\nb: BROKEN\n' });
    expect(text.status).to.equal(200);
    expect(text.body).to.deep.include({ valid: false, errors: 1, hash: null });
    expect(text.body.diagnostics![0]).to.include({ file: 'text.yaml', line: 2, column: 4 });
    const within = await compile({ files: { 'orders.yaml': 'entity: other\n' }, with_folder: true });
    expect(within.body.valid).to.equal(true);
    expect((await compile({ text: 'a', files: {} })).status).to.equal(400);
    expect(onDisk()).to.equal(orders);
  });

  it('follows edits of the folder: a good one, a broken one, a mended one', async () => {
    const first = server.models.model();
    server.models.watch({ quietMs: 10, pollMs: 50 });
    const changed = nextState(server.models, ({ model }) => model !== first);
    writeFileSync(join(server.folder, 'orders.yaml'), 'entity: changed\n');
    const second = await changed;
    expect(second.status).to.equal('current');
    const broken = nextState(server.models, ({ status }) => status === 'stale');
    writeFileSync(join(server.folder, 'orders.yaml'), 'entity: BROKEN\n');
    const third = await broken;
    expect(third.model).to.equal(second.model);
    expect(third.diagnostics.length).to.equal(1);
    const mended = nextState(server.models, ({ status }) => status === 'current');
    rmSync(join(server.folder, 'orders.yaml'));
    mkdirSync(join(server.folder, 'deep'));
    writeFileSync(join(server.folder, 'mended.yaml'), orders);
    expect((await mended).model).not.to.equal(second.model);
  });
});
