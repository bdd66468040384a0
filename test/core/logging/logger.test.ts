import { expect } from 'chai';
import { correlationId } from '../../../core/logging/correlation-id.js';
import { createLogger, type LoggerOptions } from '../../../core/logging/create-logger.js';
import { createRedactor } from '../../../core/secrets/create-redactor.js';

const capture = (options: LoggerOptions = {}) => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    redact: createRedactor(['swordfish']),
    write: (line) => lines.push(line),
    now: () => 0,
    ...options,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
};

describe('the log', () => {
  it('is JSON lines', () => {
    const { log, lines } = capture();
    log.info('ready', { port: 80 });
    expect(lines).to.deep.equal(['{"level":"info","time":"1970-01-01T00:00:00.000Z","port":80,"message":"ready"}\n']);
  });

  it('carries the fields of its ancestors, the correlation id among them', () => {
    const { log, last } = capture();
    log.child({ correlation_id: 'abc' }).child({ plugin: 'x' }).warn('m', { n: 1 });
    expect(last()).to.deep.include({ level: 'warn', correlation_id: 'abc', plugin: 'x', n: 1, message: 'm' });
  });

  it('is quiet below its level', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info('x');
    log.error('y');
    expect(lines).to.have.length(1);
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: object = {};
  for (let level = 0; level < 50; level += 1) deep = { deep };
  const rows: readonly { title: string; fields: Record<string, unknown>; written: unknown }[] = [
    { title: 'a secret in a text', fields: { a: 'my swordfish' }, written: { a: 'my [secret]' } },
    { title: 'a secret in a key', fields: { swordfish: 1 }, written: { '[secret]': 1 } },
    {
      title: 'what stands under the name of a secret',
      fields: { password: 1, apiKey: 'x', clientSecret: ['x'], access_token: 'x' },
      written: { password: '[secret]', apiKey: '[secret]', clientSecret: '[secret]', access_token: '[secret]' },
    },
    {
      title: 'a list, a map, a set',
      fields: { a: ['swordfish'], b: new Map([['k', 'swordfish']]), c: new Set(['swordfish']) },
      written: { a: ['[secret]'], b: { k: '[secret]' }, c: ['[secret]'] },
    },
    { title: 'a circle', fields: cycle, written: { self: { self: '[circular]' } } },
    {
      title: 'bytes, a large number, a date',
      fields: { a: Buffer.from('swordfish'), b: 10n, c: new Date(0) },
      written: { a: '[9 bytes]', b: '10', c: '1970-01-01T00:00:00.000Z' },
    },
  ];
  for (const { title, fields, written } of rows) {
    it(`is written without harm: ${title}`, () => {
      const { log, last, lines } = capture();
      log.info('m', fields);
      expect(last()).to.deep.include(written as object);
      expect(lines.join()).not.to.contain('swordfish');
    });
  }

  it('cuts what is too deep', () => {
    const { log, lines } = capture();
    log.info('m', { deep });
    expect(lines[0]).to.contain('[deep]');
  });

  it('holds errors with their causes, redacted', () => {
    const { log, last, lines } = capture();
    const inner = Object.assign(new Error('auth swordfish'), { code: 'E1' });
    log.error('failed for swordfish', {
      cause: new Error('outer', { cause: new AggregateError([inner], 'many', { cause: inner }) }),
    });
    const { cause, message } = last() as {
      cause: { message: string; stack: string; cause: { cause: object } };
      message: string;
    };
    expect(message).to.equal('failed for [secret]');
    expect(cause.message).to.equal('outer');
    expect(cause.stack).to.match(/^ +at .*logger\.test/);
    expect(cause.cause.cause).to.deep.equal({ name: 'Error', message: 'auth [secret]', code: 'E1' });
    expect(lines.join()).not.to.contain('swordfish');
  });
});

describe('personal data in the log', () => {
  const planted = [
    'anna.adler@example.com',
    '+49 171 1234567',
    '4111 1111 1111 1111',
    'DE89370400440532013000',
    '203.0.113.7',
    '078-05-1120',
  ];
  for (const value of planted) {
    it(`is masked wherever it stands: ${value}`, () => {
      const { log, lines } = capture();
      log.info(`asked for ${value}`, {
        a: value,
        b: { c: [value] },
        [value]: 1,
        error: new Error(`not ${value}`, { cause: value }),
      });
      expect(lines).to.have.length(1);
      expect(lines.join()).not.to.contain(value);
    });
  }

  it('is masked as a number, and other numbers are kept', () => {
    const { log, last } = capture();
    log.info('m', { card: 4111111111111111, big: 4111111111111111n, at: 1732190400123, rows: 300000 });
    expect(last()).to.deep.include({ card: '[card]', big: '[card]', at: 1732190400123, rows: 300000 });
  });

  it('is struck out of what an engine quotes, names too', () => {
    const { log, last } = capture();
    const said = new Error(`Could not convert string 'Anna Adler' to INT32, Key (name)=("Anna Adler")`);
    log.warn('m', { cause: said });
    expect(JSON.stringify(last())).not.to.contain('Adler');
    expect((last().cause as { message: string }).message).to.contain('Could not convert string');
  });
});

describe('the correlation id', () => {
  for (const offered of ['4111111111111111', 'tel-491711234567-DE89370400440532013000', 'RSSMRA85T10A562S']) {
    it(`is a new one where it is personal: ${offered}`, () =>
      expect(correlationId(offered)).to.match(/^[0-9a-f-]{36}$/));
  }
  it("is the caller's when it can be repeated safely", () => expect(correlationId('req_1-A')).to.equal('req_1-A'));
  for (const offered of ['', 'a b', 'x\ny', '*/ DROP', 'a'.repeat(65), ['a'], undefined]) {
    it(`is a new one for ${JSON.stringify(offered)}`, () => expect(correlationId(offered)).to.match(/^[0-9a-f-]{36}$/));
  }
});
