import type { DialectName } from '../../plugin/contract.js';
import { bigquery } from './bigquery.js';
import { clickhouse } from './clickhouse.js';
import { duckdb } from './duckdb.js';
import type { FirewallList, FunctionClass } from './firewall-list.js';
import { mysql } from './mysql.js';
import { postgres } from './postgres.js';
import { redshift } from './redshift.js';
import { snowflake } from './snowflake.js';
import { sqlite } from './sqlite.js';
import { sqlserver } from './sqlserver.js';

export const firewallLists: Readonly<Record<DialectName, FirewallList>> = Object.freeze({
  postgres,
  mysql,
  sqlite,
  duckdb,
  clickhouse,
  redshift,
  sqlserver,
  snowflake,
  bigquery,
});

/** The class of a function by its name in any case; `null`: on no list, so refused. */
export const functionClass = (dialect: DialectName, name: string): FunctionClass | null => {
  const { functions, words, combinators } = firewallLists[dialect];
  let rest = name.toLowerCase();
  const found = functions.get(rest) ?? words.get(rest);
  if (found !== undefined) return found;
  for (let cut = 0; cut < 3; cut += 1) {
    const suffix = combinators.find((word) => rest.endsWith(word) && rest.length > word.length);
    if (suffix === undefined) return null;
    rest = rest.slice(0, -suffix.length);
    const base = functions.get(rest);
    if (base !== undefined) return base;
  }
  return null;
};
