import { expect } from 'chai';
import { type BreakerState, createCircuitBreaker } from '../../src/cluster/circuit-breaker.js';

describe('a circuit breaker', () => {
  let clock: number;
  let asked: number;
  let changes: BreakerState[];
  const make = () => {
    clock = 0;
    asked = 0;
    changes = [];
    return createCircuitBreaker({
      failures: 3,
      openMs: 1_000,
      isFailure: (error) => (error as Error).message === 'gone',
      refuse: (seconds) => new Error(`refused for ${seconds} s`),
      onChange: (state) => changes.push(state),
      now: () => clock,
    });
  };
  const fails = (message: string) => async (): Promise<never> => {
    asked += 1;
    throw new Error(message);
  };
  const works = async (): Promise<string> => {
    asked += 1;
    return 'fine';
  };
  const said = (work: Promise<unknown>): Promise<unknown> => work.catch((error: Error) => error.message);

  it('opens after failures one after another, asks nobody while it is open, and closes when a trial is fine', async () => {
    const breaker = make();
    for (let at = 0; at < 3; at += 1) expect(await said(breaker.run(fails('gone')))).to.equal('gone');
    expect(breaker.state()).to.equal('open');
    expect(await said(breaker.run(works))).to.equal('refused for 1 s');
    expect(asked).to.equal(3);
    clock = 1_000;
    expect(breaker.state()).to.equal('half_open');
    expect(await breaker.run(works)).to.equal('fine');
    expect(breaker.state()).to.equal('closed');
    expect(changes).to.deep.equal(['open', 'half_open', 'closed']);
  });

  it('lets one try at a time, and stays open when that fails', async () => {
    const breaker = make();
    for (let at = 0; at < 3; at += 1) await said(breaker.run(fails('gone')));
    clock = 1_000;
    const [first, second] = await Promise.all([said(breaker.run(fails('gone'))), said(breaker.run(works))]);
    expect([first, second]).to.deep.equal(['gone', 'refused for 1 s']);
    expect(breaker.state()).to.equal('open');
    clock = 1_999;
    expect(await said(breaker.run(works))).to.equal('refused for 1 s');
    clock = 2_000;
    expect(await breaker.run(works)).to.equal('fine');
  });

  it('counts neither what others do wrong nor failures with an answer in between', async () => {
    const breaker = make();
    for (let at = 0; at < 9; at += 1) await said(breaker.run(fails('the statement is not valid')));
    for (let at = 0; at < 9; at += 1) {
      await said(breaker.run(fails('gone')));
      await said(breaker.run(fails('gone')));
      await breaker.run(works);
    }
    expect(breaker.state()).to.equal('closed');
  });

  it('learns nothing of what says nothing: a trial that was given up is tried again at once', async () => {
    let now = 0;
    const changes: BreakerState[] = [];
    const breaker = createCircuitBreaker({
      failures: 1,
      openMs: 1_000,
      isFailure: (error) => ((error as Error).message === 'left' ? null : true),
      refuse: () => new Error('refused'),
      onChange: (state) => changes.push(state),
      now: () => now,
    });
    await said(breaker.run(fails('left')));
    expect(breaker.state()).to.equal('closed');
    await said(breaker.run(fails('gone')));
    now = 1_000;
    await said(breaker.run(fails('left')));
    expect(breaker.state()).to.equal('half_open');
    expect(await breaker.run(works)).to.equal('fine');
    expect(changes).to.deep.equal(['open', 'half_open', 'half_open', 'closed']);
  });
});
