import { expect } from 'chai';
import type { ResultSet } from '../../core/plugin/contract.js';
import duckdb from '../../plugins/connectors/duckdb/index.js';
import { start } from '../engines/duckdb.js';
import { isMissing } from '../engines/start-engine.js';
import { createConnector } from '../engines/open-connector.js';

const readOne = async (result: ResultSet) => {
  for await (const _ of result.batches) break;
};

/** How a statement can end; after each of them and a stop, another process must be able to write the file. */
const endings: readonly (readonly [
  how: string,
  text: string,
  read: (result: ResultSet, abort: () => void) => Promise<void>,
])[] = [
  ['the loop is left', 'SELECT a FROM t', readOne],
  ['the result is closed unread', 'SELECT a FROM t', (result) => result.close()],
  [
    'the statement is cancelled',
    'SELECT a FROM t',
    async (result, abort) => {
      for await (const _ of result.batches) abort();
    },
  ],
];

describe('DuckDB lets go of its file', () => {
  for (const [how, text, read] of endings) {
    it(`when ${how}`, async function () {
      const engine = await start();
      if (isMissing(engine)) return this.skip();
      try {
        await engine.admin('CREATE TABLE t AS SELECT range AS a FROM range(1000000)');
        const { connector } = createConnector(duckdb, engine.config);
        const controller = new AbortController();
        await connector.start(controller.signal);
        const limits = { timeoutMs: 20_000, maxRows: 1e9, maxBytes: 1e12, batchRows: 1_000, subject: 'ann' };
        const statement = { dialect: 'duckdb', text, parameters: [] } as const;
        const result = await connector.query(statement, limits, controller.signal);
        await read(result, () => controller.abort()).catch(() => undefined);
        await connector.stop();
        await engine.admin('INSERT INTO t VALUES (1)');
        expect(await engine.admin('SELECT count(*)::INTEGER AS n FROM t')).to.deep.equal([{ n: 1_000_001 }]);
      } finally {
        await engine.stop();
      }
    });
  }
});
