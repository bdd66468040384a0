import { expect } from 'chai';
import { firewallLists, functionClass } from '../../../core/firewall/lists/index.js';
import { keywordsBeforeParenthesis } from '../../../core/firewall/lists/keywords.js';
import { commonKeys } from '../../../core/firewall/lists/syntax.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import { datesOnly, forbiddenFunctions } from './forbidden.js';

const dialects = Object.keys(firewallLists) as DialectName[];

/** Kinds of nodes that do something other than read. */
const forbiddenKeys = `insert update delete merge copy put command raw pragma attach detach install set use kill grant revoke
  truncate create_table create_view create_function drop_table alter_table describe show summarize prepare execute
  settings into locks hint hints table_sample sample sql_comment read_c_s_v read_parquet current_user session_user
  current_schema current_schemas predict vector_search x_m_l_table operator stage_reference transaction commit rollback
  load_data export declare cache refresh analyze stream pipe_operator final_ version changes historical_data parse_url`;

describe('the lists of the firewall', () => {
  for (const dialect of dialects) {
    it(`${dialect}: nothing that reaches beyond a statement is allowed`, () => {
      const allowed = forbiddenFunctions.filter((name) => {
        const of = functionClass(dialect, name);
        return of !== null && of !== 'never';
      });
      expect(allowed.filter((name) => !(datesOnly[dialect] ?? []).includes(name))).to.deep.equal([]);
    });

    it(`${dialect}: no class but never has a name with a prefix of the engine's own`, () => {
      const allowed = [...firewallLists[dialect].functions].filter(([, of]) => of !== 'never').map(([name]) => name);
      const odd =
        /^(?:pg_(?!size_pretty$)|lo_|dblink|has_\w*privilege|inet_(?:client|server)|dictget|read_|write|fts|pragma_|duckdb_|load_|sys_|__)/;
      expect(allowed.filter((name) => odd.test(name))).to.deep.equal([]);
    });

    it(`${dialect}: a dialect's keys allow no node that writes, runs text or changes a session`, () => {
      const { keys } = firewallLists[dialect];
      expect(forbiddenKeys.split(/\s+/).filter((key) => keys.has(key) || commonKeys.has(key))).to.deep.equal([]);
    });

    it(`${dialect}: no keyword that may stand before a parenthesis is a function that is never allowed`, () => {
      const { functions } = firewallLists[dialect];
      // `IN (…)` is syntax; `in(x, name)` is judged in the tree.
      const both = [...keywordsBeforeParenthesis].filter((word) => functions.get(word) === 'never' && word !== 'in');
      expect(both.filter((word) => word !== 'next' && word !== 'not')).to.deep.equal([]);
    });
  }

  it('knows the clause FORMAT of ClickHouse from the argument of that name', () => {
    expect(commonKeys.has('format') || firewallLists.clickhouse.keys.has('format')).to.equal(false);
  });

  it('gives what analysts use a class', () => {
    const rows: readonly [DialectName, string, string][] = [
      ['postgres', 'COALESCE', 'total'],
      ['postgres', 'sqrt', 'may_raise'],
      ['postgres', 'now', 'volatile'],
      ['postgres', 'repeat', 'expensive'],
      ['postgres', 'pg_sleep', 'never'],
      ['mysql', 'CURRENT_USER', 'never'],
      ['sqlite', 'datamind_local', 'may_raise'],
      ['duckdb', 'read_csv', 'never'],
      ['clickhouse', 'sumIf', 'total'],
      ['clickhouse', 'uniqExactIfOrNull', 'total'],
      ['clickhouse', 'fileIf', 'never'],
      // The dictionary of a column may hold values of rows that are not there.
      ['clickhouse', 'lowCardinalityKeys', 'never'],
      ['clickhouse', 'dateTimeToUUIDv7', 'volatile'],
      ['sqlite', 'randomblob', 'never'],
    ];
    for (const [dialect, name, of] of rows) expect(functionClass(dialect, name), `${dialect} ${name}`).to.equal(of);
    for (const dialect of dialects) expect(functionClass(dialect, 'no_such_function'), dialect).to.equal(null);
  });
});
