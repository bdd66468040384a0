import { expect } from 'chai';
import { type ModelNode, type ModelNodes, startNodes } from '../models/start-nodes.js';
import { engines } from '../store/store-places.js';
import { users } from '../../src/identity/store.js';
import { newId } from '../../src/store/new-id.js';
import { type UsageRow, usageEvents } from '../../src/usage/store.js';
import type { Asked } from '../api/request.js';

const people = {
  dora: { places: { default: 'admin' } },
  ana: { places: { default: 'analyst' }, attributes: { country: 'DE' } },
  otto: { places: { default: 'analyst' } },
  nils: { places: { north: 'admin' } },
} as const;

/** Names that nobody in the project may be told. */
const hidden = /\b(regions?|staff|headcount|payroll|order_lines|full_timers|salary)\b/;

type Answer = Awaited<ReturnType<ModelNode['ask']>>;

for (const engine of engines) {
  describe(`projects, on ${engine}`, function () {
    this.timeout(60_000);
    let at: ModelNodes;
    let one: ModelNode;
    let two: ModelNode;
    let project: string;
    const ids = new Map<string, string>();
    before(async () => {
      at = await startNodes(engine, people);
      [one, two] = at.nodes as [ModelNode, ModelNode];
      for (const { id, username } of await one.store.read((db) => db.find(users))) ids.set(username, id);
    });
    after(() => at?.close());

    const make = async (body: object): Promise<string> => {
      const made = await one.ask('dora', 'POST', 'projects', { body });
      expect(made.status, made.text).to.equal(201);
      return String(made.body.id);
    };
    const join = async (id: string, user: string): Promise<void> => {
      const joined = await one.ask('dora', 'POST', `projects/${id}/members`, { body: { user_id: ids.get(user) } });
      expect(joined.status, joined.text).to.equal(204);
    };
    beforeEach(async () => {
      project = await make({ name: 'shop', entities: ['orders', 'customers'], metrics: ['average_pay'] });
      await join(project, 'ana');
    });
    afterEach(async () => {
      const { body } = await one.ask('dora', 'GET', 'projects');
      for (const { id } of body.data as unknown as readonly { readonly id: string }[]) {
        expect((await one.ask('dora', 'DELETE', `projects/${id}`)).status).to.equal(204);
      }
    });
    /** Asks within the project. */
    const within = (user: string, method: string, path: string, asked: Asked = {}, node = two): Promise<Answer> =>
      node.ask(user, method, path, { ...asked, headers: { ...asked.headers, 'X-Project-Id': project } });
    const rows = ({ body, text }: Answer): unknown => body?.rows ?? text;
    const sql = (text: string) => within('ana', 'POST', 'sql/execute', { body: { sql: text } });
    const query = (body: object) => within('ana', 'POST', 'semantic/query', { body });

    it('have members by name and by group, and admins; others are told the same as of one that is not there', async () => {
      const list = async (user: string) => (await two.ask(user, 'GET', 'projects')).body.count;
      expect([await list('dora'), await list('ana'), await list('otto')]).to.deep.equal([1, 1, 0]);
      const told = ({ status, body }: Answer) => [status, body.code, body.detail, body.hint ?? null];
      const foreign = await within('otto', 'GET', 'entities');
      const missing = await two.ask('otto', 'GET', 'entities', { headers: { 'X-Project-Id': 'nothing' } });
      expect(foreign.status).to.equal(403);
      expect(told(foreign)).to.deep.equal(told(missing));
      expect(told(await within('nils', 'GET', 'entities'))).to.deep.equal(told(missing));
      const seen = await two.ask('otto', 'GET', `projects/${project}`);
      expect(seen.status).to.equal(404);
      expect((await within('dora', 'GET', 'entities')).body.count).to.equal(2);

      const group = await one.ask('dora', 'POST', 'groups', { body: { name: `sales ${engine}` } });
      const grouped = { body: { group_id: group.body.id } };
      expect((await one.ask('dora', 'POST', `projects/${project}/groups`, grouped)).status).to.equal(204);
      await one.ask('dora', 'POST', `groups/${group.body.id}/members`, { body: { user_id: ids.get('otto') } });
      expect((await within('otto', 'GET', 'entities')).body.count).to.equal(2);
      const who = await within('otto', 'GET', 'auth/me');
      expect(who.body.project).to.deep.equal({ id: project, name: 'shop' });
      await one.ask('dora', 'DELETE', `projects/${project}/groups/${group.body.id}`);
      expect((await within('otto', 'GET', 'entities')).status).to.equal(403);
    });

    it('narrow the lists, and nothing in them names what is outside', async () => {
      const entities = await within('ana', 'GET', 'entities');
      expect((entities.body.data as unknown as { name: string }[]).map(({ name }) => name)).to.deep.equal([
        'customers',
        'orders',
      ]);
      const metrics = await within('ana', 'GET', 'metrics');
      const names = (metrics.body.data as unknown as { name: string }[]).map(({ name }) => name);
      expect(names).to.include.members(['average_pay', 'revenue', 'customer_count']);
      for (const path of [
        'entities',
        'dimensions',
        'hierarchies',
        'filters',
        'glossary',
        'metrics',
        'metrics/average_pay',
      ]) {
        const { text, status } = await within('ana', 'GET', path);
        expect(status, text).to.equal(200);
        expect(text, path).not.to.match(hidden);
        // Nor how the files are called that it is written in.
        expect(text, path).not.to.match(/yaml/);
      }
      expect((await two.ask('ana', 'GET', 'metrics/average_pay')).text).to.match(/shop\.yaml/);
      const whole = await two.ask('ana', 'GET', 'metrics/average_pay');
      expect(whole.body.depends_on).to.deep.equal(['payroll', 'headcount']);
    });

    it('leave metrics on what is outside, and show nothing of how they are made', async () => {
      const answer = await query({ metrics: ['average_pay'] });
      expect(rows(answer), answer.text).to.deep.equal([[125]]);
      expect(answer.text).not.to.match(hidden);
      const dry = await query({ metrics: ['average_pay'], dry_run: true });
      expect(dry.text).not.to.match(hidden);
      const explained = await within('ana', 'POST', 'policies/explain', {
        body: { query: { metrics: ['average_pay'] } },
      });
      expect(explained.body.decision, explained.text).to.equal('allow');
      expect(explained.text).not.to.match(hidden);
      const shown = await query({ metrics: ['revenue'] });
      expect(String(shown.body.sql)).to.match(/orders/);
    });

    it('know nothing else, and say so in the words of what never was', async () => {
      const refused: readonly [object, string][] = [
        [{ metrics: ['payroll'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['staff.payroll'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['payrol'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['average_pay'], dimensions: ['team'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['average_pay'], dimensions: ['staff.team'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['average_pay'], dimensions: ['metric_time'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['average_pay'], dimensions: ['status'] }, 'NO_PATH'],
        [{ metrics: ['revenue'], dimensions: ['customer.region.country'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['revenue'], dimensions: ['regions.country'] }, 'UNKNOWN_MEMBER'],
        [{ metrics: ['revenue'], filters: { member: 'region.country', op: 'eq', values: ['DE'] } }, 'UNKNOWN_MEMBER'],
        [{ dimensions: ['staff.team'] }, 'UNKNOWN_MEMBER'],
      ];
      for (const [body, code] of refused) {
        const said = JSON.stringify(body);
        const { body: problem, text } = await query(body);
        expect(problem.code, `${said} ${text}`).to.equal(code);
        const told = [problem.detail, problem.hint, problem.suggestions].flat().join(' ');
        for (const [word] of told.matchAll(new RegExp(hidden, 'g'))) expect(said, told).to.include(word);
      }
      for (const [text, code] of [
        ['select * from staff', 'TABLE_UNKNOWN'],
        ['select region_id from customers', 'COLUMN_UNKNOWN'],
        ['select r.country from customers c join regions r on true', 'TABLE_UNKNOWN'],
      ] as const) {
        expect((await sql(text)).body.code, text).to.equal(code);
      }
      expect((await sql('select * from customers')).text).not.to.match(hidden);
    });

    it('leave policies their way outside', async () => {
      const policy = {
        name: 'own_country',
        for: { projects: ['shop'] },
        on: 'customers',
        rows: 'region.country = subject.country',
      };
      expect((await one.ask('dora', 'POST', 'policies', { body: policy })).status).to.equal(201);
      try {
        expect(rows(await query({ metrics: ['customer_count'] }))).to.deep.equal([[2]]);
        const told = await sql('select name from customers');
        expect(told.body.rows_returned, told.text).to.equal(2);
        const text = { body: { sql: 'select name from customers' } };
        const explained = await within('ana', 'POST', 'sql/explain', text);
        const touched = await within('ana', 'POST', 'policies/explain', text);
        expect((touched.body.policies as unknown as readonly object[]).length, touched.text).to.equal(1);
        const policies = await within('ana', 'GET', 'policies');
        expect(policies.body.count).to.equal(1);
        for (const { text } of [told, explained, touched, policies]) expect(text).not.to.match(/\bregions?\b/);
        // The policy is about those who work in the project.
        expect(
          (await two.ask('ana', 'POST', 'semantic/query', { body: { metrics: ['customer_count'] } })).body.code,
        ).to.equal('UNKNOWN_MEMBER');
      } finally {
        expect((await one.ask('dora', 'DELETE', 'policies/own_country')).status).to.equal(204);
      }
    });

    it('are in force for the next statement on every node, when they change, and when they are gone', async () => {
      const asked = { metrics: ['payroll'] };
      expect((await query(asked)).body.code).to.equal('UNKNOWN_MEMBER');
      const more = { body: { entities: ['staff', 'orders'] } };
      const changed = await one.ask('dora', 'PATCH', `projects/${project}`, more);
      expect(changed.status, changed.text).to.equal(200);
      expect(rows(await query(asked))).to.deep.equal([[750]]);
      expect(rows(await query(asked))).to.deep.equal([[750]]);
      expect((await sql('select name from customers')).body.code).to.equal('TABLE_UNKNOWN');
      const stale = await one.ask('dora', 'PATCH', `projects/${project}`, { ...more, headers: { 'If-Match': '"1"' } });
      expect(stale.status).to.equal(412);
      await one.ask('dora', 'PATCH', `projects/${project}`, { body: { entities: ['orders'] } });
      expect((await query(asked)).body.code).to.equal('UNKNOWN_MEMBER');
      await one.ask('dora', 'DELETE', `projects/${project}/members/${ids.get('ana')}`);
      expect((await query({ metrics: ['revenue'] })).status).to.equal(403);
      await join(project, 'ana');
      expect((await query({ metrics: ['revenue'] })).status).to.equal(200);
      expect((await one.ask('dora', 'DELETE', `projects/${project}`)).status).to.equal(204);
      expect((await query({ metrics: ['revenue'] })).status).to.equal(403);
    });

    it('that confine are where their members work who name none', async () => {
      expect((await two.ask('ana', 'GET', 'entities')).body.count).to.equal(5);
      await one.ask('dora', 'PATCH', `projects/${project}`, { body: { confines: true } });
      expect((await two.ask('ana', 'GET', 'entities')).body.count).to.equal(2);
      expect((await two.ask('otto', 'GET', 'entities')).body.count).to.equal(5);
      expect((await two.ask('dora', 'GET', 'entities')).body.count).to.equal(5);
    });

    it('keep their saved queries to themselves', async () => {
      const saved = { name: `pay ${engine}`, query: { metrics: ['payroll'] }, shared: true };
      const outside = await one.ask('ana', 'POST', 'queries/saved', { body: saved });
      expect(outside.status, outside.text).to.equal(201);
      const own = { name: 'inside', query: { metrics: ['revenue'] }, shared: true };
      const inside = await within('ana', 'POST', 'queries/saved', { body: own });
      expect(inside.status, inside.text).to.equal(201);
      expect((await within('ana', 'GET', 'queries/saved')).body.count).to.equal(1);
      expect((await within('ana', 'GET', `queries/saved/${outside.body.id}`)).status).to.equal(404);
      expect((await two.ask('dora', 'GET', `queries/saved/${inside.body.id}`)).status).to.equal(404);
      expect((await within('dora', 'GET', `queries/saved/${inside.body.id}`)).status).to.equal(200);
      expect((await one.ask('ana', 'DELETE', `queries/saved/${outside.body.id}`)).status).to.equal(204);
    });

    it('have histories of their own', async () => {
      const asked = (name: string | null, text: string): UsageRow => ({
        ...{ id: newId(), workspace: 'default', user: 'ana', project: name, at: Date.now(), event: 'statement.run' },
        ...{ kind: 'sql', target: 'shop', queryId: null, text, result: 'done', code: null, rows: 1, ms: 1, times: 1 },
        ...{ tokensIn: 0, tokensOut: 0, correlationId: newId() },
      });
      const rows = [asked('shop', 'select 1'), asked(null, 'select * from staff'), asked('other', 'select salary')];
      await one.store.transaction((db) => db.insert(usageEvents, rows));
      const texts = async (user: string, more = '') =>
        ((await within(user, 'GET', `queries/history${more}`)).body.data as unknown as { sql: string }[]).map(
          ({ sql: text }) => text,
        );
      expect(await texts('ana')).to.deep.equal(['select 1']);
      expect(await texts('dora')).to.deep.equal(['select 1']);
      expect(await texts('ana', '?q=staff')).to.deep.equal([]);
      expect((await two.ask('ana', 'GET', 'queries/history')).body.count).to.equal(3);
      await one.ask('dora', 'PATCH', `projects/${project}`, { body: { name: 'store' } });
      expect(await texts('ana')).to.deep.equal(['select 1']);
      await one.ask('dora', 'DELETE', `projects/${project}`);
      project = await make({ name: 'store', entities: ['orders'] });
      await join(project, 'ana');
      expect(await texts('ana')).to.deep.equal([]);
    });

    it('begin with a template: what the model has of it, and what it makes', async () => {
      const body = { name: 'North sales', template: 'sales' };
      const made = await one.ask('dora', 'POST', 'projects', { body });
      expect(made.status, made.text).to.equal(201);
      expect(made.body.entities).to.deep.equal(['customers', 'order_lines', 'orders', 'regions']);
      expect(made.body.metrics).to.deep.equal(['average_order_value']);
      const {
        metrics,
        saved_queries: saved,
        skipped,
      } = made.body.provisioned as unknown as {
        readonly metrics: readonly string[];
        readonly saved_queries: readonly string[];
        readonly skipped: readonly object[];
      };
      expect(metrics).to.deep.equal(['average_order_value']);
      expect(skipped).to.deep.include({ kind: 'metric', name: 'gross_profit', missing: ['cost'] });
      // The shop has no time to go by.
      expect(skipped).to.deep.include({ kind: 'metric', name: 'revenue_against_previous_year', missing: [] });
      expect(skipped).to.deep.include({ kind: 'saved_query', name: 'revenue_by_month', missing: [] });
      expect(saved).to.deep.equal([]);
      const asked = { headers: { 'X-Project-Id': String(made.body.id) }, body: { metrics: ['average_order_value'] } };
      const answer = await one.ask('dora', 'POST', 'semantic/query', asked);
      expect(rows(answer), answer.text).to.deep.equal([[12]]);
      const again = await two.ask('dora', 'POST', 'projects', { body });
      expect(again.status, again.text).to.equal(409);
      const file = 'semantic/models/projects%2Fnorth-sales.yaml';
      expect((await one.ask('dora', 'GET', file)).text).to.include('average_order_value');
      expect((await one.ask('dora', 'DELETE', file)).status).to.equal(204);
      const unknown = await one.ask('dora', 'POST', 'projects', { body: { name: 'x', template: 'nothing' } });
      expect([unknown.status, unknown.body.suggestions]).to.deep.equal([404, ['customers', 'sales', 'service']]);
    });

    it('hold only what the model has', async () => {
      const wrong = await one.ask('dora', 'PATCH', `projects/${project}`, { body: { entities: ['order'] } });
      expect([wrong.status, wrong.body.at, wrong.body.suggestions]).to.deep.equal([400, '/entities/0', ['orders']]);
      const twice = await one.ask('dora', 'POST', 'projects', { body: { name: 'shop' } });
      expect(twice.status).to.equal(409);
    });

    it('are looked through by admins', async () => {
      const asked = { query: { metrics: ['payroll'] }, subject: { user: 'ana', roles: ['analyst'], project: 'shop' } };
      const told = await two.ask('dora', 'POST', 'policies/explain', { body: asked });
      expect([told.body.decision, told.body.code], told.text).to.deep.equal(['refuse', 'UNKNOWN_MEMBER']);
    });
  });
}
