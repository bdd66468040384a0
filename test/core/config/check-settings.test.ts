import { expect } from 'chai';
import { checkSettings } from '../../../core/config/check-settings.js';
import { compileSchema } from '../../../core/config/compile-schema.js';

const schema = compileSchema({
  type: 'object',
  additionalProperties: false,
  anyOf: [{ required: ['url'] }, { required: ['database', 'user'] }],
  properties: {
    url: { type: 'string', 'x-secret': true },
    database: { type: 'string' },
    user: { type: 'string' },
    ratio: { type: 'number' },
    strict: { type: 'boolean' },
    file: { type: 'string', 'x-path': true },
    tls: { oneOf: [{ type: 'boolean' }, { $ref: '#/$defs/tls' }] },
    headers: { type: 'object', additionalProperties: { type: 'string', 'x-secret': true } },
    keys: { type: 'array', items: { type: 'string', 'x-secret': true } },
  },
  $defs: {
    tls: {
      type: 'object',
      additionalProperties: false,
      required: ['key'],
      properties: { key: { type: 'string', 'x-secret': true }, mode: { enum: ['verify', 'require'] } },
    },
  },
});

const env = { URL: 'pg://u:swordfish@h/d', KEY: 'key-of-tls', ON: 'true', HALF: '0.5', TEXT: 'swordfish', LIST: 'a,b' };
const check = (settings: object) => checkSettings(schema, settings, '/etc/datamind', env);
const base = { url: { $env: 'URL' } };
const exposed = 'is a secret and must not stand in this file; write {"$env": "NAME"} or {"$file": "path"} in its place';

const wrong: readonly { title: string; settings: object; problems: readonly [string, string][] }[] = [
  { title: 'neither of two ways', settings: {}, problems: [['', 'needs "url", or "database" and "user"']] },
  { title: 'half of one way', settings: { user: 'u' }, problems: [['', 'needs "url", or "database" and "user"']] },
  {
    title: 'a secret in a free map',
    settings: { ...base, headers: { Authorization: 'Bearer swordfish' } },
    problems: [['/headers/Authorization', exposed]],
  },
  {
    title: 'a secret in a list',
    settings: { ...base, keys: [{ $env: 'KEY' }, 'swordfish'] },
    problems: [['/keys/1', exposed]],
  },
  {
    title: 'a secret behind a choice and a reference',
    settings: { ...base, tls: { key: 'swordfish' } },
    problems: [['/tls/key', exposed]],
  },
  {
    title: 'a secret inside a default',
    settings: { ...base, tls: { $env: 'NOWHERE', default: { key: 'swordfish' } } },
    problems: [['/tls/key', 'is a secret and must not have a "default" in this file; remove it']],
  },
  {
    title: 'a variable that is no boolean',
    settings: { ...base, strict: { $env: 'TEXT' } },
    problems: [['/strict', 'must be true or false, not a text in "quotes"']],
  },
  {
    title: 'a literal of the wrong type',
    settings: { ...base, strict: 'true' },
    problems: [['/strict', 'must be true or false, not a text in "quotes"']],
  },
  {
    title: 'a bad choice further in',
    settings: { ...base, tls: { key: { $env: 'KEY' }, mode: 'swordfish' } },
    problems: [['/tls/mode', 'must be one of "verify", "require"']],
  },
];

describe('settings against their schema', () => {
  for (const { title, settings, problems } of wrong) {
    it(`refuses ${title}`, () => {
      const found = check(settings).problems;
      expect(found.map(({ at, message }) => [at, message])).to.deep.equal(problems);
      expect(JSON.stringify(found)).not.to.contain('swordfish');
    });
  }

  it('gathers the secrets, wherever they stand', () => {
    const settings = {
      ...base,
      keys: [{ $env: 'KEY' }],
      headers: { a: { $env: 'TEXT' } },
      tls: { key: { $env: 'KEY' } },
    };
    const { problems, secrets } = check(settings);
    expect(problems).to.deep.equal([]);
    expect([...secrets].sort()).to.deep.equal(['key-of-tls', 'key-of-tls', env.URL, 'swordfish']);
  });

  it('turns the texts of variables into what the schema wants', () => {
    const { value, problems } = check({
      ...base,
      ratio: { $env: 'HALF' },
      strict: { $env: 'ON' },
      tls: { $env: 'ON' },
    });
    expect(problems).to.deep.equal([]);
    expect(value).to.deep.include({ ratio: 0.5, strict: true, tls: true });
  });

  const paths: Readonly<Record<string, string>> = {
    'a.db': '/etc/datamind/a.db',
    '../a.db': '/etc/a.db',
    '/srv/a.db': '/srv/a.db',
    ':memory:': ':memory:',
    's3://bucket/a.db': 's3://bucket/a.db',
  };
  for (const [file, absolute] of Object.entries(paths)) {
    it(`the path ${file} is ${absolute}`, () => expect(check({ ...base, file }).value.file).to.equal(absolute));
  }

  it('leaves what it was given as it was', () => {
    const settings = Object.freeze({ url: Object.freeze({ $env: 'URL' }), file: 'a.db' });
    check(settings);
    expect(settings).to.deep.equal({ url: { $env: 'URL' }, file: 'a.db' });
  });
});
