import { expect } from 'chai';
import { readConnection, type ServerKind } from '../../../core/plugin/connection-settings.js';
import { expandSettings } from '../../../core/plugin/expand-settings.js';

const shared = (name: string): string => `datamind/connection.schema.json#/$defs/${name}`;

describe('shared settings in a manifest', () => {
  const expanded = (settings: object) =>
    expandSettings({ type: 'object', properties: settings }).properties as Record<string, Record<string, unknown>>;

  it('stand in the place of references to them, marks and all', () => {
    const { password, tls, pool } = expanded({
      password: { $ref: shared('password') },
      tls: { $ref: shared('tls') },
      pool: { $ref: shared('pool') },
    });
    expect(password).to.include({ type: 'string', 'x-secret': true });
    expect(tls!.properties).to.have.nested.include({ 'key.x-secret': true });
    expect(pool!.properties).to.have.nested.include({ 'max.default': 10, 'acquireTimeoutMs.default': 10_000 });
    expect(JSON.stringify([password, tls, pool])).not.to.contain('$ref');
  });
  it('give way to what stands beside the reference', () => {
    const { port } = expanded({ port: { $ref: shared('port'), default: 5432 } });
    expect(port).to.include({ type: 'integer', maximum: 65_535, default: 5432 });
  });
  it('leave references of other kinds alone', () => {
    const { port } = expanded({ port: { $ref: '#/$defs/port' } });
    expect(port).to.deep.equal({ $ref: '#/$defs/port' });
  });
  it('are named by a sentence when there is none of that name', () => {
    expect(() => expanded({ a: { $ref: shared('pasword') } })).to.throw(
      'there is no shared setting "pasword"; did you mean "password"?',
    );
    expect(() => expanded({ a: { $ref: shared('toString') } })).to.throw('there is no shared setting "toString"');
  });
});

describe('the settings of a connection', () => {
  const kind: ServerKind = {
    product: 'Oak',
    schemes: { oak: null, oaks: 'verify-full' },
    port: { plain: 1, tls: 2 },
  };
  const rows: readonly (readonly [title: string, config: object, expected: object])[] = [
    ['this machine: no TLS', { database: 'd', user: 'u' }, { host: 'localhost', port: 1, tls: false, password: '' }],
    ['a Unix socket: no TLS', { host: '/run/oak', database: 'd', user: 'u' }, { tls: false }],
    [
      'another machine: verify-full',
      { host: 'h', database: 'd', user: 'u' },
      { port: 2, tls: { mode: 'verify-full', ca: undefined, cert: undefined, key: undefined } },
    ],
    [
      'a URL, escapes and all',
      { url: 'oak://u%40x:p%2F@[::1]:7/d%20d?sslmode=require' },
      {
        host: '::1',
        port: 7,
        database: 'd d',
        user: 'u@x',
        password: 'p/',
        tls: { mode: 'require', ca: undefined, cert: undefined, key: undefined },
      },
    ],
    [
      'what stands beside a URL wins',
      { url: 'oaks://u@h/d', user: 'v', tls: { mode: 'disable' } },
      { user: 'v', tls: false },
    ],
    ['no more kept open than may be open', { database: 'd', user: 'u', pool: { min: 9, max: 2 } }, {}],
  ];
  for (const [title, config, expected] of rows) {
    it(title, () => {
      const found = readConnection(config, kind);
      for (const [key, value] of Object.entries(expected)) {
        expect(found[key as keyof typeof found], key).to.deep.equal(value);
      }
      expect(found.pool.min).to.be.at.most(found.pool.max);
    });
  }

  const refusals: readonly (readonly [config: object, message: string])[] = [
    [{}, 'The Oak connection needs `database` and `user`, apart or inside `url`.'],
    [{ url: 'elm://h' }, '`url` of the Oak connection must begin with oak:// or oaks://.'],
    [
      { url: 'oaks://u@h/d?sslmode=disable' },
      '`url` of the Oak connection has no parameters; the rest has settings of its own.',
    ],
    [
      { url: 'oak://u@h/d?a=1' },
      '`url` of the Oak connection may have the parameter sslmode only; the rest has settings of its own.',
    ],
    [
      { database: 'd', user: 'u', tls: { ca: 'PEM' } },
      '`tls` of the Oak connection has certificates, but its `mode` is disable.',
    ],
  ];
  for (const [config, message] of refusals) {
    it(`refuses ${JSON.stringify(config)}`, () => {
      expect(() => readConnection(config, kind))
        .to.throw(message)
        .with.property('code', 'CONFIG_INVALID');
    });
  }
});
