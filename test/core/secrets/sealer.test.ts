import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { createSealer } from '../../../core/secrets/create-sealer.js';
import { parseEncryptionKeys, readEncryptionKeyFile } from '../../../core/secrets/encryption-keys.js';

describe('the sealer', () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const secret = Buffer.from('a secret');
  const sealed = createSealer([older]).seal(secret, 'password/1');

  it('opens what it sealed, and seals the same never alike', () => {
    expect(createSealer([older]).open(sealed, 'password/1')).to.deep.equal(secret);
    expect(createSealer([older]).seal(secret, 'password/1')).not.to.equal(sealed);
    expect(sealed).not.to.contain(secret.toString('base64url'));
  });
  it('opens what an older key sealed, and knows that it did', () => {
    const both = createSealer([newer, older]);
    expect(both.open(sealed, 'password/1')).to.deep.equal(secret);
    expect([both.isStale(sealed), both.isStale(both.seal(secret, 'x'))]).to.deep.equal([true, false]);
  });
  it('says of a wrong key that it is one', () =>
    expect(() => createSealer([newer]).open(sealed, 'password/1')).to.throw(
      DataMindError,
      /sealed with a key that is not here/,
    ));
  it('opens nothing for another purpose', () =>
    expect(() => createSealer([older]).open(sealed, 'password/2')).to.throw(DataMindError, /altered or moved/));
  it('opens nothing of which one bit is another', () => {
    const [version = '', id = '', nonce = '', text = ''] = sealed.split('.');
    for (const [at, part] of [nonce, text].entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const other = Buffer.from(bytes);
        other[bit >> 3] = other[bit >> 3]! ^ (1 << (bit & 7));
        const parts = [nonce, text].with(at, other.toString('base64url'));
        expect(() => createSealer([older]).open([version, id, ...parts].join('.'), 'password/1')).to.throw(
          DataMindError,
        );
      }
    }
    for (const cut of ['', 's1', `s1.${id}`, `s1.${id}.${nonce}`, `s1.${id}.${nonce}.`, `s2.${id}.${nonce}.${text}`]) {
      expect(() => createSealer([older]).open(cut, 'password/1'), cut).to.throw(DataMindError);
    }
  });

  const spellings: readonly [what: string, text: string, keys: number | null][] = [
    ['base64', older.toString('base64'), 1],
    ['base64 for URLs', older.toString('base64url'), 1],
    ['hexadecimal digits', older.toString('hex'), 1],
    ['a new and an old one', `${newer.toString('base64')}, ${older.toString('hex')}`, 2],
    ['nothing', '', null],
    ['a word', 'changeme', null],
    ['a key that is too short', randomBytes(16).toString('hex'), null],
    ['zeros', Buffer.alloc(32).toString('hex'), null],
    ['a pattern', Buffer.from('0123456701234567'.repeat(2)).toString('base64'), null],
    ['a good one and a bad one', `${newer.toString('base64')},changeme`, null],
  ];
  for (const [what, text, keys] of spellings) {
    it(`${keys === null ? 'refuses' : 'takes'} ${what}`, () =>
      expect(parseEncryptionKeys(text)?.length ?? null).to.equal(keys));
  }

  it('makes a key where there is none, for its owner only, and keeps it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'datamind-key-'));
    try {
      const file = join(folder, 'home', 'encryption-key');
      const made = readEncryptionKeyFile(file);
      expect(readEncryptionKeyFile(file)).to.deep.equal(made);
      expect(statSync(file).mode & 0o077).to.equal(0);
      writeFileSync(file, 'changeme');
      expect(() => readEncryptionKeyFile(file)).to.throw(DataMindError, /does not hold an encryption key/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
