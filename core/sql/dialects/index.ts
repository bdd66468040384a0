import type { DialectName } from '../../plugin/contract.js';
import { bigquery } from './bigquery.js';
import { clickhouse } from './clickhouse.js';
import type { Dialect } from './dialect.js';
import { duckdb } from './duckdb.js';
import { mysql } from './mysql.js';
import { postgres } from './postgres.js';
import { redshift } from './redshift.js';
import { snowflake } from './snowflake.js';
import { sqlite } from './sqlite.js';
import { sqlserver } from './sqlserver.js';

export const dialects: Readonly<Record<DialectName, Dialect>> = Object.freeze({
  duckdb,
  sqlite,
  postgres,
  mysql,
  clickhouse,
  redshift,
  sqlserver,
  snowflake,
  bigquery,
});
