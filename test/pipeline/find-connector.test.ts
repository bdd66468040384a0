import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Connector } from '../../core/plugin/contract.js';
import type { PluginStatus } from '../../core/plugin/startup-report.js';
import { createSubject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { type Connections, findConnector, homeOf } from '../../src/pipeline/find-connector.js';
import { createReach } from '../../src/pipeline/reach.js';

const connector = (dialect: Connector['dialect']) => ({ dialect }) as Connector;
const status = (name: string, more: Partial<PluginStatus> = {}): PluginStatus => ({
  name,
  kind: 'connector',
  id: 'duckdb',
  title: 'DuckDB',
  version: '1',
  use: 'x',
  otherwise: false,
  state: 'down',
  startedInMs: 0,
  ...more,
});
const connections = (more: Partial<Connections> = {}): Connections => ({
  connectors: new Map([
    ['main', connector('duckdb')],
    ['archive', connector('sqlite')],
  ]),
  defaultConnection: null,
  statuses: () => [
    status('main', { state: 'up' }),
    status('broken', { failure: { code: 'CONNECTION_FAILED', message: 'it does not answer.' } }),
    status('silent'),
    status('writer', { kind: 'llm' }),
  ],
  ...more,
});
const model = (connection: string | null) => ({ project: { connection }, entities: {} }) as Model;
const likelyHome = (configured: Connections, of: Model): Promise<string> =>
  createReach({ configured })(createSubject({ user: 'ada' })).likelyHome(of);
const told = async (work: () => unknown): Promise<string> => {
  try {
    return String(await work());
  } catch (error) {
    if (!(error instanceof DataMindError)) throw error;
    return `${error.code}: ${error.message} ${JSON.stringify(error.details.suggestions ?? [])}`;
  }
};

describe('the connection of a statement', () => {
  const found: readonly (readonly [name: string, told: string])[] = [
    ['main', 'duckdb'],
    ['archive', 'sqlite'],
    ['broken', 'CONNECTION_FAILED: The connection "broken" is down: it does not answer. []'],
    ['silent', 'UNAVAILABLE: The connection "silent" is down: it is not running []'],
    ['mian', 'CONNECTION_UNKNOWN: There is no connection named "mian". ["main"]'],
    ['elsewhere', 'CONNECTION_UNKNOWN: There is no connection named "elsewhere". ["main","archive"]'],
    // Names of plugins of other kinds are none of connections, nor are those of objects.
    ['writer', 'CONNECTION_UNKNOWN: There is no connection named "writer". ["main","archive"]'],
    ['constructor', 'CONNECTION_UNKNOWN: There is no connection named "constructor". ["main","archive"]'],
    ['MAIN', 'CONNECTION_UNKNOWN: There is no connection named "MAIN". ["main"]'],
  ];
  for (const [name, expected] of found)
    it(`${name} → ${expected}`, async () => {
      expect(await told(() => findConnector(connections(), name).dialect)).to.equal(expected);
    });

  const homes: readonly (readonly [own: string | null, byDefault: string | null, home: string, likely: string])[] = [
    ['archive', 'main', 'archive', 'archive'],
    ['archive', null, 'archive', 'archive'],
    [null, 'archive', 'archive', 'archive'],
    [null, null, 'CONNECTION_UNKNOWN', 'main'],
  ];
  for (const [own, byDefault, home, likely] of homes)
    it(`of a model that names ${own ?? 'none'}, where the default is ${byDefault ?? 'none'}: ${home}`, async () => {
      const all = connections({ defaultConnection: byDefault });
      expect((await told(() => homeOf(all, own))).split(':')[0]).to.equal(home);
      expect((await told(() => likelyHome(all, model(own)))).split(':')[0]).to.equal(likely);
    });

  it('is none where no connection is up', async () => {
    const none = connections({ connectors: new Map() });
    expect(await told(() => likelyHome(none, model(null)))).to.match(/^CONNECTION_UNKNOWN/);
    expect(await told(() => findConnector(none, 'main'))).to.match(/^UNAVAILABLE/);
  });
});
