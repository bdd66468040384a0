import { expect } from 'chai';
import { askHealth, beginSessions } from '../../../core/plugin/connector-life.js';
import { PluginError } from '../../../core/plugin/contract.js';

const translate = (error: unknown): PluginError =>
  new PluginError('CONNECTION_LOST', 'The connection broke.', { cause: error });
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('the health of a connector', () => {
  it('is up when the database answers', async () => {
    const { status, latencyMs, detail } = await askHealth(translate, async () => 1);
    expect([status, detail]).to.deep.equal(['up', undefined]);
    expect(latencyMs).to.be.at.least(0);
  });

  it('is down when it does not, in our own words', async () => {
    const { status, detail } = await askHealth(translate, () => Promise.reject(new Error('password=hunter2')));
    expect([status, detail]).to.deep.equal(['down', 'The connection broke.']);
  });

  it('is degraded while every session is in use', async () => {
    const busy = new PluginError('TOO_MANY_CONNECTIONS', 'All sessions are in use.');
    const { status, detail } = await askHealth(translate, () => Promise.reject(busy));
    expect([status, detail]).to.deep.equal(['degraded', 'All sessions are in use.']);
  });
});

describe('the start of a connector', () => {
  it('opens nothing when it was given up before', async () => {
    let begun = false;
    const begin = async (): Promise<void> => {
      begun = true;
    };
    const error = await thrownBy(beginSessions(AbortSignal.abort(), translate, begin));
    expect(error).to.be.instanceOf(PluginError).and.have.property('code', 'CONNECTION_FAILED');
    expect(begun).to.equal(false);
  });

  it('says that it was given up, and not what the driver made of that', async () => {
    const giving = new AbortController();
    const begin = (): Promise<void> => {
      giving.abort();
      return Promise.reject(new Error('socket hang up'));
    };
    const error = await thrownBy(beginSessions(giving.signal, translate, begin));
    expect(error).to.have.property('code', 'CONNECTION_FAILED');
  });

  it('gives a failure in our own words', async () => {
    const error = await thrownBy(
      beginSessions(new AbortController().signal, translate, () => Promise.reject(new Error('password=hunter2'))),
    );
    expect(error).to.have.property('message', 'The connection broke.');
  });
});
