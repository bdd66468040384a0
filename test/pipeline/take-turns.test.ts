import { expect } from 'chai';
import { createTurns } from '../../src/pipeline/take-turns.js';

const long = 'x'.repeat(10_000);

describe('turns of long texts', () => {
  it('lets short texts through at once, whoever has the turn', async () => {
    const turns = createTurns();
    const held = await turns(long);
    const short = await turns('select 1');
    await short.pause();
    short.end();
    held.end();
  });

  it('takes long ones one after another, in the order in which they came', async () => {
    const turns = createTurns();
    const done: string[] = [];
    const work = async (name: string): Promise<void> => {
      const turn = await turns(long);
      for (const step of [1, 2]) {
        done.push(`${name}${step}`);
        await turn.pause();
      }
      turn.end();
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    expect(done).to.deep.equal(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  });

  it('lets the event loop turn between any two steps', async () => {
    const turns = createTurns();
    let loops = 0;
    let over = false;
    const count = (): void => {
      loops += 1;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      const turn = await turns(long);
      seen.push(loops);
      await turn.pause();
      seen.push(loops);
      turn.end();
    };
    await Promise.all([work(), work(), work()]);
    over = true;
    expect(new Set(seen).size).to.equal(seen.length);
  });

  it('takes the next while one waits for a database, and goes on in a turn of its own', async () => {
    const turns = createTurns();
    const done: string[] = [];
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const asks = async (): Promise<void> => {
      const turn = await turns(long);
      done.push('asks');
      await turn.outside(() => asked);
      done.push('heard');
      turn.end();
    };
    const answers = async (): Promise<void> => {
      const turn = await turns(long);
      answer();
      await turn.pause();
      await turn.pause();
      done.push('answered');
      turn.end();
    };
    await Promise.all([asks(), answers()]);
    expect(done).to.deep.equal(['asks', 'answered', 'heard']);
  });

  it('goes on after a question to a database that failed', async () => {
    const turns = createTurns();
    const turn = await turns(long);
    const [failed] = await Promise.allSettled([turn.outside(() => Promise.reject(new Error('gone')))]);
    turn.end();
    (await turns(long)).end();
    expect(failed!.status).to.equal('rejected');
  });

  it('goes on after a text that failed', async () => {
    const turns = createTurns();
    const fails = async (): Promise<void> => {
      const turn = await turns(long);
      try {
        throw new Error('broken');
      } finally {
        turn.end();
      }
    };
    const [first, second] = await Promise.allSettled([fails(), turns(long)]);
    expect([first!.status, second!.status]).to.deep.equal(['rejected', 'fulfilled']);
  });
});
