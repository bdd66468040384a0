import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { PluginError } from '../../core/plugin/contract.js';
import { createConnectionBreakers } from '../../src/pipeline/connection-breakers.js';

describe('the circuit breakers of connections', () => {
  let clock = 0;
  const lines: string[] = [];
  const log = createLogger({ level: 'info', write: (line) => lines.push(line) });
  const failing = (code: 'CONNECTION_FAILED' | 'STATEMENT_INVALID') => async (): Promise<never> => {
    throw new PluginError(code, 'no');
  };
  const codeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: { code: string }) => error.code);

  it('leave a database alone that cannot be reached, tell when to ask again, and try it again', async () => {
    const breakers = createConnectionBreakers(log, () => clock);
    const main = breakers.of('main');
    for (let at = 0; at < 5; at += 1) await codeOf(main.run(failing('CONNECTION_FAILED')));
    expect(breakers.state('main')).to.equal('open');
    const refused = await main.run(async () => 'asked').catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(DataMindError).and.include({ code: 'CONNECTION_FAILED', status: 503 });
    expect((refused as DataMindError).details.retryAfterSeconds).to.be.within(1, 10);
    expect(lines.join()).to.contain('"state":"open"');
    clock += 10_000;
    expect(await breakers.of('main').run(async () => 'asked')).to.equal('asked');
    expect(breakers.state('main')).to.equal('closed');
  });

  it('are of one connection at one revision each, and no statement opens one', async () => {
    const breakers = createConnectionBreakers(log, () => clock);
    for (let at = 0; at < 9; at += 1) await codeOf(breakers.of('connection:1@1').run(failing('CONNECTION_FAILED')));
    for (let at = 0; at < 9; at += 1) {
      expect(await codeOf(breakers.of('connection:1@2').run(failing('STATEMENT_INVALID')))).to.equal(
        'STATEMENT_INVALID',
      );
    }
    const states = ['connection:1@1', 'connection:1@2', 'other'].map((identity) => breakers.state(identity));
    expect(states).to.deep.equal(['open', 'closed', 'closed']);
  });
});
