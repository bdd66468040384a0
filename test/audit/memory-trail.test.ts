import { expect } from 'chai';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import type { Intent, Outcome } from '../../src/audit/trail.js';

const intent: Intent = {
  action: 'statement.run',
  actor: { user: 'ada', workspace: 'default', fingerprint: null },
  target: 'shop',
  correlationId: 'c1',
  detail: {},
};
const done: Outcome = { result: 'done', code: null, detail: { rows: 1 } };

describe('the trail in memory', () => {
  it('keeps what is about to be done, and how it ended', async () => {
    const trail = createMemoryTrail();
    const entry = await trail.begin(intent);
    expect(trail.entries().map(({ outcome }) => outcome)).to.deep.equal([null]);
    await entry.finish(done);
    expect(trail.entries().map(({ id, intent: kept, outcome }) => [id, kept, outcome])).to.deep.equal([
      [entry.id, intent, done],
    ]);
  });

  it('lets an entry have one outcome', async () => {
    const entry = await createMemoryTrail().begin(intent);
    await entry.finish(done);
    let failure: unknown;
    await entry.finish(done).catch((error: unknown) => {
      failure = error;
    });
    expect(String(failure)).to.match(/one outcome/);
  });

  it('forgets the oldest', async () => {
    const trail = createMemoryTrail(2);
    const [first] = [await trail.begin(intent), await trail.begin(intent), await trail.begin(intent)];
    expect(trail.entries().length).to.equal(2);
    await first.finish(done);
    expect(trail.entries().every(({ outcome }) => outcome === null)).to.equal(true);
  });
});
