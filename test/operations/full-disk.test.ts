import { once } from 'node:events';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ask, type Loose } from '../api/request.js';
import { mountMemory } from '../e2e/mount-memory.js';
import { listening, makeSmallProject, type SmallProject, startProgram } from '../e2e/small-project.js';
import type { Program } from '../e2e/program-hosts.js';

const asked = { body: { metrics: ['order_count'] }, headers: { 'Cache-Control': 'no-cache' } };

describe('a server whose home is on a disk that fills up', function () {
  this.timeout(60_000);
  let project: SmallProject;
  let unmount: (() => void) | null = null;
  let child: Program;
  let url: string;
  before(async function () {
    project = await makeSmallProject(1);
    const home = join(project.folder, 'home');
    unmount = mountMemory(home, 'size=16m');
    if (unmount === null) {
      console.log('      this user may not mount a small file system; run the tests as root to see this');
      return this.skip();
    }
    child = startProgram(project.folder, ['serve', '--port', '0'], { DATAMIND_HOME: home });
    url = await listening(child);
  });
  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    unmount?.();
    project?.remove();
  });

  const query = () => ask(url, 'POST', '/api/v1/semantic/query', asked);
  /** What it says once an answer that it has kept for two seconds is over. */
  const healthUntil = async (status: string): Promise<Loose> => {
    const end = Date.now() + 20_000;
    for (;;) {
      const { body } = await ask(url, 'GET', '/health');
      if ((body.status as unknown) === status) return body;
      if (Date.now() > end) throw new Error(`waited in vain for ${status}: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it('says that nothing can be written while nothing runs, and is well again once there is room', async () => {
    expect((await query()).status).to.equal(200);
    const well = await healthUntil('healthy');
    expect(well).to.include({ operational_mode: 'FULL_OPERATIONAL', health_score: 100 });
    expect(well.components!.audit).to.include({ status: 'up' });

    const filler = join(project.folder, 'home', 'filler');
    const { bavail, bsize } = statfsSync(join(project.folder, 'home'));
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    const ill = await healthUntil('unhealthy');
    expect(ill).to.include({ operational_mode: 'READ_ONLY', health_score: 59 });
    expect(ill.components!.audit).to.deep.equal({
      status: 'down',
      latency_ms: null,
      detail:
        'The audit trail cannot be written, so no statement runs. The disk of the store is full; nothing was written.',
    });
    expect(ill.components!.store).to.include({ status: 'up' });
    expect((await ask(url, 'GET', '/health/ready')).status).to.equal(503);
    const refused = await query();
    expect([refused.status, refused.body.code]).to.deep.equal([503, 'AUDIT_UNAVAILABLE']);

    rmSync(filler);
    expect(await healthUntil('healthy')).to.include({ operational_mode: 'FULL_OPERATIONAL', health_score: 100 });
    expect((await query()).status).to.equal(200);
  });
});
