import { once } from 'node:events';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { openTracing } from '../../src/operations/tracing.js';
import { readSettings } from '../../src/settings/settings.js';
import { ask } from '../api/request.js';
import { listening, makeSmallProject, type SmallProject, startProgram } from '../e2e/small-project.js';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

describe('traces', function () {
  this.timeout(30_000);
  let receiver: OtlpReceiver;
  let project: SmallProject;
  const send = (): Promise<unknown> => import('@opentelemetry/exporter-trace-otlp-http' as string);

  before(async function () {
    const isThere = await send().then(
      () => true,
      () => false,
    );
    if (!isThere) {
      console.log('      skipped: the optional packages of OpenTelemetry are not installed');
      this.skip();
    }
    receiver = await startOtlpReceiver();
    project = await makeSmallProject();
  });
  after(async () => {
    await receiver?.close();
    project?.remove();
  });

  it('of requests, stages, statements and jobs reach a collector, with correlation ids and without what was asked', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20for-the-collector',
      OTEL_SERVICE_NAME: 'sales-answers',
      DATAMIND_LOG_LEVEL: 'warn',
    };
    const child = startProgram(project.folder, ['serve', '--port', '0'], env);
    let logged = '';
    child.stderr!.on('data', (text) => {
      logged += String(text);
    });
    const url = await listening(child);
    const headers = { traceparent: `00-${traceId}-${parent}-01`, 'x-correlation-id': 'corr-1' };
    const query = { metrics: ['revenue'], filters: { member: 'customer.country', op: 'eq', values: ['Atlantis'] } };
    const answer = await ask(url, 'POST', '/api/v1/semantic/query', { headers, body: query });
    expect(answer.status, answer.text).to.equal(200);
    const sql = { sql: "select count(*) from orders where status = 'sunken'" };
    const text = await ask(url, 'POST', '/api/v1/sql/execute', {
      headers: { 'x-correlation-id': 'corr-2' },
      body: sql,
    });
    expect(text.status, text.text).to.equal(200);
    const wrong = { sql: "select * from drowned where name = 'Nemo'", connection: 'the-deep' };
    await ask(url, 'POST', '/api/v1/sql/execute', { headers: { 'x-correlation-id': 'corr-3' }, body: wrong });
    const question = { question: "how many orders were there in 2025 in 'Lemuria'" };
    await ask(url, 'POST', '/api/v1/ask', { headers: { 'x-correlation-id': 'corr-4' }, body: question });
    const counted = await ask(url, 'POST', '/api/v1/ask', {
      headers: { 'x-correlation-id': 'corr-5' },
      body: { question: 'revenue in 2025' },
    });
    expect(counted.body.outcome, counted.text).to.equal('answered');
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
    expect(receiver.faults, logged).to.deep.equal([]);

    const of = (name: string, id: string): ReceivedSpan => {
      const found = receiver.spans.filter(
        (span) => span.name === name && span.attributes['datamind.correlation_id'] === id,
      );
      expect(found, `${name} ${id} in ${receiver.spans.map((span) => span.name)}`).to.have.length(1);
      return found[0]!;
    };
    const request = of('POST /api/v1/semantic/query', 'corr-1');
    expect([request.traceId, request.parentSpanId, request.kind]).to.deep.equal([traceId, parent, 2]);
    expect(request.attributes).to.include({ 'http.route': '/api/v1/semantic/query', 'http.response.status_code': 200 });
    const statement = of('statement.run', 'corr-1');
    expect([statement.traceId, statement.parentSpanId]).to.deep.equal([traceId, request.spanId]);
    expect(statement.attributes).to.deep.equal({
      'datamind.action': 'statement.run',
      'datamind.correlation_id': 'corr-1',
      'datamind.result': 'done',
      'datamind.connection': 'shop',
      'db.system.name': 'duckdb',
      'datamind.rows': 1,
    });
    const second = of('POST /api/v1/sql/execute', 'corr-2');
    expect(of('statement.run', 'corr-2').traceId).to.equal(second.traceId).and.not.to.equal(traceId);
    expect(of('statement.refuse', 'corr-3').attributes).not.to.have.property('datamind.connection');
    for (const { resource } of receiver.spans) expect(resource['service.name']).to.equal('sales-answers');
    for (const { authorization } of receiver.headers) expect(authorization).to.equal('Bearer for-the-collector');
    const asked = of('POST /api/v1/ask', 'corr-5');
    for (const stage of ['interpret', 'generate', 'validate', 'optimize', 'sanitize', 'execute', 'explain']) {
      const span = of(`stage ${stage}`, 'corr-5');
      expect([span.traceId, span.parentSpanId]).to.deep.equal([asked.traceId, asked.spanId]);
      expect(span.attributes).to.deep.equal({
        ...{ 'datamind.stage': stage, 'datamind.correlation_id': 'corr-5', 'datamind.result': 'done' },
      });
    }
    of('stage interpret', 'corr-4');
    const sent = JSON.stringify(receiver.spans);
    for (const word of [
      'Atlantis',
      'Lemuria',
      'sunken',
      'drowned',
      'Nemo',
      'the-deep',
      'revenue',
      'select',
      'for-the-collector',
    ]) {
      expect(sent, word).not.to.contain(word);
    }
    expect(logged).not.to.contain('for-the-collector');
  });

  it('of jobs say which, the attempt, and how it ended', async () => {
    const log = createLogger({ level: 'silent' });
    const tracing = await openTracing({ url: `${receiver.url}/v1/traces`, headers: {}, service: 'jobs' }, '1', log);
    tracing!.jobEnded({ jobId: 'j-1', name: 'audit.prune', attempt: 2, code: 'INTERNAL', seconds: 1.5 });
    await tracing!.close();
    const span = receiver.spans.find(({ name }) => name === 'job audit.prune')!;
    expect(span.attributes).to.deep.equal({
      ...{ 'datamind.job': 'audit.prune', 'datamind.job_id': 'j-1', 'datamind.attempt': 2, 'error.type': 'INTERNAL' },
    });
    expect(span.status.code).to.equal(2);
    expect(Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e9).to.be.closeTo(1.5, 0.01);
  });

  it('do no harm where no collector answers', async () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'warn', write: (line) => lines.push(line) });
    const settings = { url: 'http://user:secret@127.0.0.1:9/v1/traces', headers: {}, service: 'x' };
    const tracing = await openTracing(settings, '1', log);
    tracing!.begun({ method: 'GET', correlationId: 'a', traceparent: 'nonsense' })({
      ...{ method: 'GET', route: '/', status: 200, seconds: 0 },
    });
    await tracing!.close();
    expect(lines.join()).not.to.contain('secret');
  });
});

describe('where traces go', () => {
  const endpoint = 'http://collector:4318/';
  const settingsOf = (env: Readonly<Record<string, string>>) => readSettings(env).tracing;
  it('is said by the variables of OpenTelemetry', () => {
    expect(settingsOf({})).to.equal(null);
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).to.deep.equal({
      ...{ url: 'http://collector:4318/v1/traces', headers: {}, service: 'datamind' },
    });
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t/x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b,c=d%20e' };
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...own })).to.deep.include({
      ...{ url: 'https://t/x', headers: { a: 'b', c: 'd e' } },
    });
    for (const [name, value] of [
      ['OTEL_SDK_DISABLED', 'true'],
      ['OTEL_TRACES_EXPORTER', 'none'],
    ] as const) {
      expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, [name]: value })).to.equal(null);
    }
    expect(() => settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).to.throw(/OTEL_EXPORTER_OTLP_ENDPOINT must/);
  });
});
