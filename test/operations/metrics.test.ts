import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { packageRoot } from '../../core/package-root.js';
import type { AuditTrail } from '../../src/audit/trail.js';
import { watchTrail } from '../../src/audit/watch-trail.js';
import { createInstruments } from '../../src/operations/instruments.js';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';

const question = { metrics: ['revenue'], dimensions: ['country'] };

/** The value of a sample, or `null` where there is none. */
const sampleOf = (text: string, sample: string): number | null => {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? null : Number(line.slice(sample.length + 1));
};

describe('GET /metrics', () => {
  const instruments = createInstruments('1.2.3');
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor(), { instruments });
  });
  after(() => server.close());
  const metrics = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();

  it('counts requests by route, never by the path that somebody wrote', async () => {
    await ask(server.url, 'GET', '/api/v1/entities/alice%40example.com');
    await ask(server.url, 'GET', '/no/such/alice@example.com');
    const text = await metrics();
    expect(text).not.to.contain('alice');
    const known = 'http_requests_total{method="GET",route="/api/v1/entities/{name}",status="404"}';
    expect(sampleOf(text, known)).to.equal(1);
    expect(sampleOf(text, 'http_requests_total{method="GET",route="unknown",status="404"}')).to.equal(1);
  });

  it('times planning, and counts what the cache had', async () => {
    await ask(server.url, 'POST', '/api/v1/semantic/query', { body: question });
    await ask(server.url, 'POST', '/api/v1/semantic/query', { body: question });
    await ask(server.url, 'POST', '/api/v1/semantic/query', { body: { metrics: ['wrong'] } });
    const text = await metrics();
    const planned = 'query_generation_latency_seconds_count{kind="semantic_query",outcome=';
    expect(sampleOf(text, `${planned}"approved"}`)).to.be.greaterThan(0);
    expect(sampleOf(text, `${planned}"refused"}`)).to.equal(1);
    expect(sampleOf(text, 'cache_hits')).to.be.greaterThan(0);
    expect(sampleOf(text, 'cache_hit_ratio')).to.be.within(0.01, 0.99);
    expect(sampleOf(text, 'system_health_score')).to.equal(100);
    expect(sampleOf(text, 'circuit_breaker_state{of="main"}')).to.equal(0);
    expect(sampleOf(text, 'datamind_build_info{version="1.2.3"}')).to.equal(1);
  });

  it('counts what the audit trail is told of, by how it ended', async () => {
    const finished: string[] = [];
    const trail: AuditTrail = {
      begin: async () => ({
        id: 'e1',
        finish: async ({ result }) => {
          finished.push(result);
        },
      }),
      record: async () => 'e2',
      takesNotes: () => true,
      note: () => null,
    };
    const actor = { user: 'u', workspace: 'default', fingerprint: null };
    const intent = { action: 'statement.run', actor, target: 'main', correlationId: 'c', detail: {} } as const;
    const counting = watchTrail(trail, instruments.ended);
    const entry = await counting.begin(intent);
    await entry.finish({ result: 'cancelled', code: 'QUERY_CANCELLED', detail: {} });
    const denied = { result: 'denied', code: 'FORBIDDEN', detail: {} } as const;
    await counting.record({ ...intent, action: 'session.login', target: null }, denied);
    const text = await metrics();
    expect(finished).to.deep.equal(['cancelled']);
    expect(sampleOf(text, 'usage_events_total{action="statement.run",result="cancelled"}')).to.equal(1);
    expect(sampleOf(text, 'usage_events_total{action="session.login",result="denied"}')).to.equal(1);
    const ran = 'query_execution_latency_seconds_count{connection="main",result="cancelled"}';
    expect(sampleOf(text, ran)).to.equal(1);
  });

  it('has every metric that the dashboard and the alerts ask for', async () => {
    const folder = join(packageRoot(), 'src', 'operations', 'monitoring');
    const dashboard = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8'));
    const alerts = parse(readFileSync(join(folder, 'prometheus-alerts.yaml'), 'utf8'));
    const asked: string[] = [
      ...dashboard.panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
        targets.map(({ expr }) => expr),
      ),
      ...alerts.groups.flatMap(({ rules }: { rules: { expr: string }[] }) => rules.map(({ expr }) => expr)),
    ];
    expect(asked.length).to.be.greaterThan(10);
    const text = await metrics();
    const names = new Set(asked.flatMap((expr) => expr.match(/\b[a-z]+(?:_[a-z0-9]+)+\b(?=[{[\s)]|$)/g) ?? []));
    for (const word of ['histogram_quantile', 'label_replace']) names.delete(word);
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!));
    const missing = [...names].filter(
      (name) => !known.has(name) && !known.has(name.replace(/_(?:bucket|count|sum)$/, '')),
    );
    expect(missing).to.deep.equal([]);
  });
});
