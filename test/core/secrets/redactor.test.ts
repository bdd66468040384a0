import { expect } from 'chai';
import fc from 'fast-check';
import { createRedactor } from '../../../core/secrets/create-redactor.js';

const secret = 'p@ss/w+rd"1 ä';

describe('the redactor', () => {
  const redact = createRedactor([secret]);
  const spellings: Readonly<Record<string, string>> = {
    bare: secret,
    'in a URL': encodeURIComponent(secret),
    'in a URL, lower case': encodeURIComponent(secret).toLowerCase(),
    'in a form': new URLSearchParams({ s: secret }).toString().slice(2),
    'in JSON': JSON.stringify(secret).slice(1, -1),
    'in base64': Buffer.from(secret).toString('base64'),
    'in base64url': Buffer.from(secret).toString('base64url'),
  };
  for (const [title, spelling] of Object.entries(spellings)) {
    it(`masks a secret ${title}`, () => expect(redact(`a ${spelling} b`)).to.equal('a [secret] b'));
  }

  it('masks a secret inside the base64 of a longer text, wherever it begins', () => {
    for (const user of ['a', 'ab', 'abc']) {
      const encoded = Buffer.from(`${user}:${secret}:more`).toString('base64');
      const inner = Buffer.from(secret).toString('base64').slice(4, 12);
      expect(redact(`x ${encoded}`))
        .to.contain('[secret]')
        .and.not.to.contain(inner);
    }
  });

  it('masks any secret in any text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), fc.string(), fc.string(), (any, before, after) => {
        const masked = createRedactor([any])(`${before}\u0000${any}\u0000${after}`);
        expect(masked).not.to.contain(`\u0000${any}\u0000`);
      }),
    );
  });

  it('masks the longer of two secrets that begin alike', () => {
    expect(createRedactor(['hunter', 'hunter2'])('x hunter2 hunter')).to.equal('x [secret] [secret]');
  });

  it('masks the password of a secret that is a URL', () => {
    const url = createRedactor(['postgres://u:sw%40rdfish@db/shop']);
    expect(url('for sw@rdfish and sw%40rdfish')).to.equal('for [secret] and [secret]');
  });

  it('masks the lines of a key', () => {
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQ';
    expect(createRedactor([`-----BEGIN\n${line}\n-----END`])(`x ${line} y`)).to.equal('x [secret] y');
  });

  it('learns', () => {
    const later = createRedactor();
    expect(later('swordfish')).to.equal('swordfish');
    later.add(['swordfish']);
    expect(later('swordfish')).to.equal('[secret]');
  });

  const lookalikes: Readonly<Record<string, string>> = {
    'pg://u:swordfish@h/d': 'pg://u:[secret]@h/d',
    'host=h password=swordfish user=u': 'host=h password=[secret] user=u',
    "password='sword fish' user=u": 'password=[secret] user=u',
    '{"password":"sword\\"fish","a":1}': '{"password":[secret],"a":1}',
    'password="swordfish': 'password=[secret]',
    'Authorization: Basic dTpwYXNz': 'Authorization: Basic [secret]',
    'api_key: abcdef': 'api_key: [secret]',
    'access_token=abc&x=1': 'access_token=[secret]&x=1',
    'DB_PASSWORD=swordfish': 'DB_PASSWORD=[secret]',
    'Authorization: Bearer abcdefgh12345678': 'Authorization: Bearer [secret]',
    'sk-abcdefghijklmnopqrst': '[secret]',
    'eyJhbGciOiJI.eyJzdWIiOiI.c2ln': '[secret]',
    AKIAABCDEFGHIJKLMNOP: '[secret]',
  };
  for (const [text, masked] of Object.entries(lookalikes)) {
    it(`takes for a secret: ${text}`, () => expect(redact(text)).to.equal(masked));
  }
  for (const text of ['the password is wrong', 'http://h:80/a@b', 'tokens: 5', 'a basic question', 'at 12:30 @noon']) {
    it(`leaves alone: ${text}`, () => expect(redact(text)).to.equal(text));
  }

  it('takes no time for hostile text', () => {
    const began = performance.now();
    for (const text of [
      'a'.repeat(100_000),
      'a://'.repeat(25_000),
      'password='.repeat(10_000),
      '"'.repeat(100_000),
      '-----BEGIN PRIVATE KEY-----'.repeat(3_000),
    ])
      redact(text);
    expect(performance.now() - began).to.be.lessThan(2_000);
  });
});
