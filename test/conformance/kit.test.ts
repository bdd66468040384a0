import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type ConformanceTarget,
  conformanceCases,
  printReports,
  runConformance,
} from '../../core/plugin/conformance/index.js';
import { type Connector, PluginError, type PluginHost, type PluginManifest } from '../../core/plugin/contract.js';
import { packageRoot } from '../../core/package-root.js';
import duckdb from '../../plugins/connectors/duckdb/index.js';

const manifest = JSON.parse(
  readFileSync(join(packageRoot(), 'plugins/connectors/duckdb/plugin.json'), 'utf8'),
) as PluginManifest;

/** DuckDB in memory, which needs no file and nobody who writes, with one law broken. */
const broken = (change: (connector: Connector, host: PluginHost) => Partial<Connector>): ConformanceTarget => ({
  manifest,
  module: {
    create: (config: { path: string }, host: PluginHost) => {
      const connector = duckdb.create(config, host);
      return { ...connector, ...change(connector, host) };
    },
  },
  config: { path: ':memory:', threads: 1 },
});

const failed = async (target: ConformanceTarget, ...only: string[]): Promise<readonly string[]> =>
  (await runConformance(target, { only })).filter(({ status }) => status === 'failed').map((row) => row.case);

describe('the conformance kit', () => {
  it('has more than forty cases, each with a name of its own', () => {
    const ids = conformanceCases.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.length).to.be.greaterThan(40);
  });

  it('runs what needs no database without one, and says why it skipped the rest', async () => {
    const rows = await runConformance({ manifest, module: duckdb, missing: 'nobody installed one' });
    const [ran, skipped] = [
      rows.filter(({ status }) => status === 'passed'),
      rows.filter(({ status }) => status === 'skipped'),
    ];
    expect(ran.length).to.be.greaterThan(6);
    expect(ran.length + skipped.length).to.equal(rows.length);
    expect(new Set(skipped.map(({ reason }) => reason))).to.deep.equal(new Set(['nobody installed one']));
  });

  it('names the case, and goes on, when a connector does not start', async () => {
    const target = broken(() => ({
      start: async () => {
        throw new PluginError('CONNECTION_FAILED', 'It does not want to.');
      },
    }));
    const rows = await runConformance(target, { only: ['identifiers/columns', 'identifiers/duplicates'] });
    expect(rows.map(({ status, reason }) => [status, reason])).to.deep.equal(
      Array(2).fill(['failed', 'CONNECTION_FAILED: It does not want to.']),
    );
  });

  const breaks: readonly (readonly [what: string, only: string, change: Parameters<typeof broken>[0]])[] = [
    [
      'an error that is no PluginError',
      'one-statement/empty',
      (connector) => ({
        query: (...all) =>
          connector.query(...all).catch(() => {
            throw new Error('no');
          }),
      }),
    ],
    [
      'health that is never down',
      'life-cycle/query-after-stop',
      () => ({ health: async () => ({ status: 'up', latencyMs: 0 }) }),
    ],
    [
      'a capability that is not there',
      'capabilities/tls',
      (connector) => ({ capabilities: { ...connector.capabilities, tls: true } }),
    ],
    [
      'a type said to be missing that is there',
      'types/missing-declared',
      (connector) => ({ capabilities: { ...connector.capabilities, missingTypes: ['uuid'] } }),
    ],
    ['a parser that cannot be asked', 'opinion/there', () => ({ opinion: undefined }) as unknown as Partial<Connector>],
    ['one that says the same of everything', 'opinion/steady', () => ({ opinion: async () => 'yes' })],
    ['one that looks at the beginning only', 'opinion/several', () => ({ opinion: async (text) => text.slice(0, 15) })],
    [
      'one that fails on what is no SQL',
      'opinion/unreadable',
      (connector) => ({
        opinion: async (text, signal) => {
          const said = await connector.opinion!(text, signal);
          if (said === '') throw new PluginError('STATEMENT_INVALID', 'It cannot be read.');
          return said;
        },
      }),
    ],
    ['one that does not hear', 'opinion/cancelled', () => ({ opinion: async () => 'yes' })],
  ];
  for (const [what, only, change] of breaks) {
    it(`sees ${what}`, async () => expect(await failed(broken(change), only)).to.deep.equal([only]));
  }

  it('prints engines against cases, what failed, and how to get what is missing', () => {
    const row = { title: 't', area: 'types', ms: 1 } as const;
    const text = printReports(
      new Map([
        ['One 1', [{ ...row, case: 'types/a', status: 'passed', reason: '' }]],
        ['Two 2', [{ ...row, case: 'types/a', status: 'failed', reason: 'because' }]],
      ]),
      new Map([['three', 'install it']]),
    );
    expect(text).to.match(/types\/a +ok +FAIL/);
    expect(text).to.contain('Two 2: because (types/a)');
    expect(text).to.contain('three: install it');
  });
});
