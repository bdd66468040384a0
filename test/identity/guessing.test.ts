import { expect } from 'chai';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { createPasswords, type Passwords } from '../../src/identity/passwords.js';
import { weaknessOf } from '../../src/identity/check-password.js';
import { loginFailures } from '../../src/identity/store.js';
import { logIn } from '../../src/identity/log-in.js';
import { createLoginGuard } from '../../src/identity/login-guard.js';
import type { IdentityServices } from '../../src/identity/service.js';
import { engines } from '../store/store-places.js';
import { password, startIdentity, type TestIdentity } from './start-identity.js';

for (const engine of engines) {
  describe(`guessing, with accounts on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let clock = Date.now();
    const trail = createMemoryTrail();
    const worked: string[] = [];
    let services: IdentityServices;
    before(async () => {
      at = await startIdentity(engine);
      await at.add('ana', { default: 'viewer' });
      await at.add('gone', {});
      const real = createPasswords(4);
      const passwords: Passwords = {
        ...real,
        matches: (word, hash) => {
          worked.push(hash === null ? 'nobody' : 'somebody');
          return real.matches(word, hash);
        },
      };
      const now = () => clock;
      const guard = createLoginGuard(at.store, now);
      const tokens = { issue: async () => 'token', verify: async () => ({ user: '', session: '' }) };
      const keys = undefined as never;
      services = { store: at.store, trail, tokens, keys, passwords, guard, now };
    });
    after(async () => {
      await services?.passwords.close();
      await at?.close();
    });
    beforeEach(async () => {
      worked.length = 0;
      clock += 365 * 24 * 3_600_000;
    });

    const circumstances = (address: string) => ({ address, correlationId: 'c', userAgent: null });
    /** What a caller learns: the code and the words. */
    const attempt = async (name: string, word: string, address = '192.0.2.1'): Promise<string> => {
      try {
        await logIn(services, { username: name, password: word }, circumstances(address));
        return 'in';
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return `${code} ${message}`;
      }
    };

    const failed = 'LOGIN_FAILED The name and the password do not belong together.';

    it('tells nobody which names there are: the same answer for the same work', async () => {
      const names = ['ana', 'nobody', 'ana@example.com', 'nobody@example.com', 'no such name', ''];
      for (const name of names) expect(await attempt(name, 'wrong'), name).to.equal(failed);
      expect(worked).to.deep.equal(['somebody', 'nobody', 'somebody', 'nobody', 'nobody', 'nobody']);
      const entries = JSON.stringify(trail.entries());
      expect(entries).to.contain('LOGIN_FAILED');
      expect(entries).not.to.contain('no such name');
    });

    it('locks nobody out because the clock was set back', async () => {
      for (let n = 0; n < 3; n += 1) await attempt('ana', 'wrong', '192.0.2.77');
      clock -= 5 * 3_600_000;
      expect(await attempt('ana', password, '192.0.2.77')).to.equal('in');
      for (let n = 0; n < 7; n += 1) await attempt('ana', 'wrong', '192.0.2.78');
      expect(await attempt('ana', password, '192.0.2.78')).to.match(/^RATE_LIMITED/);
      clock -= 5 * 3_600_000;
      expect(await attempt('ana', password, '192.0.2.78')).to.equal('in');
    });

    it('waits longer and longer, alike for names that nobody has', async () => {
      const waits: Record<string, string[]> = { ana: [], nobody: [] };
      for (const name of ['ana', 'nobody']) {
        for (let n = 0; n < 9; n += 1) {
          const answer = await attempt(name, 'wrong', '192.0.2.7');
          waits[name]!.push(answer);
          const seconds = Number(/(\d+) seconds/.exec(answer)?.[1] ?? 0);
          if (seconds > 0) clock += seconds * 1000;
        }
      }
      expect(waits.ana).to.deep.equal(waits.nobody);
      const again = (seconds: number) => `RATE_LIMITED Too many logins failed; try again in ${seconds} seconds.`;
      expect(waits.ana).to.deep.equal([failed, failed, failed, failed, failed, again(1), failed, again(2), failed]);
    });

    it('does no work while it waits, and the right password does not help', async () => {
      for (let n = 0; n < 5; n += 1) await attempt('ana', 'wrong');
      worked.length = 0;
      expect(await attempt('ana', password)).to.match(/^RATE_LIMITED/);
      expect(worked).to.deep.equal([]);
      clock += 1_000;
      expect(await attempt('ana', password)).to.equal('in');
      // What was right makes the name free again.
      for (let n = 0; n < 4; n += 1) expect(await attempt('ana', 'wrong')).to.equal(failed);
      expect(await attempt('ana', password)).to.equal('in');
    });

    it('keeps nobody out who comes from elsewhere, at first', async () => {
      for (let n = 0; n < 8; n += 1) await attempt('ana', 'wrong', '192.0.2.66');
      expect(await attempt('ana', password, '198.51.100.1')).to.equal('in');
    });

    it('is slowed down from a thousand addresses too, and for a thousand names from one', async () => {
      let refused = 0;
      for (let n = 0; n < 60; n += 1) {
        if ((await attempt('ana', 'wrong', `203.0.113.${n}`)).startsWith('RATE_LIMITED')) refused += 1;
      }
      expect(refused).to.be.at.least(9);
      refused = 0;
      for (let n = 0; n < 60; n += 1) {
        if ((await attempt(`user${n}`, 'wrong', '2001:db8:1:2::1')).startsWith('RATE_LIMITED')) refused += 1;
      }
      expect(refused).to.be.at.least(9);
      // The same network of one customer.
      expect(await attempt('else', 'wrong', '2001:db8:1:2::ffff')).to.match(/^RATE_LIMITED/);
    });

    it('counts what comes at once, before any password is looked at', async () => {
      const answers = await Promise.all(Array.from({ length: 30 }, () => attempt('ana', 'wrong', '192.0.2.99')));
      expect(answers.filter((answer) => answer === failed).length).to.equal(5);
      expect(worked.length).to.equal(5);
    });

    it('leaves nothing behind after a day', async () => {
      await attempt('ana', 'wrong');
      clock += 25 * 3_600_000;
      await attempt('bo', 'wrong');
      expect(await at.store.read((db) => db.count(loginFailures))).to.equal(3);
    });

    it('answers with how long to wait', async () => {
      for (let n = 0; n < 5; n += 1)
        await at.ask('POST', '/api/v1/auth/login', { body: { username: 'x', password: 'y' } });
      const { status, headers } = await at.ask('POST', '/api/v1/auth/login', {
        body: { username: 'x', password: 'y' },
      });
      expect(status).to.equal(429);
      expect(Number(headers['retry-after'])).to.be.within(1, 2);
    });
  });
}

describe('passwords', () => {
  const rows: readonly [word: string, weak: boolean][] = [
    ['correct horse battery staple', false],
    ['Zq7$kd92lmPx', false],
    ['kurz', true],
    ['password12', true],
    ['P@ssw0rd123', true],
    ['Changeme!!1', true],
    ['admin-admin', true],
    ['aaaaaaaaaaaa', true],
    ['1234567890', true],
    ['abcdefghijkl', true],
    ['ana@example.com', true],
    ['anastasia99', true],
    ['x'.repeat(80), true],
    [`${'ä'.repeat(30)}bcdefghijklmn`, true],
    ['nul\0in the middle', true],
  ];
  for (const [word, weak] of rows) {
    it(`${JSON.stringify(word)} ${weak ? 'is refused' : 'will do'}`, () =>
      expect(weaknessOf(word, ['anastasia', 'ana@example.com']) !== null).to.equal(weak));
  }

  it('are hashed with twelve rounds, off the event loop', async () => {
    const passwords = createPasswords();
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    const hash = await passwords.hash(password);
    clearInterval(timer);
    expect(hash).to.match(/^\$2[aby]\$12\$/);
    expect(ticks).to.be.greaterThan(10);
    expect([await passwords.matches(password, hash), await passwords.matches('other', hash)]).to.deep.equal([
      true,
      false,
    ]);
    expect(await passwords.matches(password, null)).to.equal(false);
    await passwords.close();
  });
});
