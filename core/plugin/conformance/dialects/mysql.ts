import type { Phrases, ValuePhrase } from '../phrases.js';
import { confidential } from '../probes.js';

const quote = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;

const value = (expression: string): ValuePhrase => ({ text: `SELECT ${expression} AS v` });
/** A value of a stored column, where an expression cannot have the type. */
const stored = (column: string, row: number): ValuePhrase => ({
  text: `SELECT ${column} AS v FROM dmc_values WHERE id = ${row}`,
});

const numbers = (count: number): string => `SELECT n FROM dmc_series WHERE n <= ${count}`;
const doublings = 21;

const hexOfAllBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('');

const never = ['READ_ONLY_VIOLATION', 'PERMISSION_DENIED', 'STATEMENT_INVALID'] as const;

const instant = (placeholder: string): string =>
  `REPLACE(DATE_FORMAT(CAST(${placeholder} AS DATETIME(6)), '%Y-%m-%dT%H:%i:%s.%fZ'), '.000000', '')`;

export const mysql: Phrases = {
  dialect: 'mysql',
  quote,
  placeholder: () => '?',
  impossibleNames: ['😀'],
  series: numbers,
  wideSeries: (count, bytes) => `SELECT n, RPAD(MD5(n), ${bytes}, '.') AS pad FROM dmc_series WHERE n <= ${count}`,
  endless: (marker) =>
    `SELECT SUM(a.n * b.n % 7) AS s, '${marker}' AS m FROM dmc_series AS a CROSS JOIN dmc_series AS b`,
  endlessRows: (marker) => `SELECT a.n, b.n AS h, '${marker}' AS m FROM dmc_series AS a CROSS JOIN dmc_series AS b`,
  fixture: [
    // Filled in order and read in order: MyISAM gives rows as they were inserted, and takes two million in a second.
    'CREATE TABLE dmc_series (n INT NOT NULL PRIMARY KEY) ENGINE=MyISAM',
    'INSERT INTO dmc_series VALUES (1)',
    ...Array.from(
      { length: doublings },
      (_, power) => `INSERT INTO dmc_series SELECT n + ${2 ** power} FROM dmc_series`,
    ),
    "CREATE TABLE dmc_customers (id INT PRIMARY KEY, email VARCHAR(200) UNIQUE COMMENT 'Where to write', name VARCHAR(200) NOT NULL) COMMENT 'Who buys; it''s a comment'",
    'CREATE TABLE dmc_orders (id BIGINT PRIMARY KEY, customer_id INT, amount DECIMAL(38,10), FOREIGN KEY (customer_id) REFERENCES dmc_customers (id))',
    'CREATE TABLE dmc_lines (order_id BIGINT, position INT, sku VARCHAR(40), PRIMARY KEY (order_id, position), FOREIGN KEY (order_id) REFERENCES dmc_orders (id))',
    'CREATE VIEW dmc_totals AS SELECT customer_id, SUM(amount) AS total FROM dmc_orders GROUP BY customer_id',
    'CREATE TABLE `dmc odd "name"` (`select` INT, `a b` INT, `q"q` INT, `ключ` INT)',
    'CREATE TABLE dmc_shelves (hall INT, slot INT, label VARCHAR(40), PRIMARY KEY (slot, hall), UNIQUE (label, hall))',
    'CREATE TABLE dmc_boxes (id INT PRIMARY KEY, hall INT, slot INT, FOREIGN KEY (slot, hall) REFERENCES dmc_shelves (slot, hall))',
    'CREATE TABLE dmc_guard (id INT, note VARCHAR(40))',
    "INSERT INTO dmc_guard VALUES (1, 'a'), (2, 'b'), (3, 'c')",
    'CREATE TABLE dmc_values (id INT PRIMARY KEY, b BOOLEAN, i INT, t TIMESTAMP(6) NULL, j JSON)',
    "SET time_zone = '+05:30'",
    `INSERT INTO dmc_values VALUES
       (1, TRUE, 2147483647, '2024-02-29 12:34:56.789012', '{"a":[1,null,"é"],"b":{"c":12345678901234567890}}'),
       (2, FALSE, -2147483648, NULL, 'null'), (3, NULL, NULL, NULL, NULL)`,
    'SET time_zone = DEFAULT',
    'ANALYZE TABLE dmc_guard',
  ],
  dropFixture: [
    'DROP VIEW IF EXISTS dmc_totals',
    'DROP TABLE IF EXISTS dmc_boxes, dmc_shelves, dmc_lines, dmc_orders, dmc_customers, `dmc odd "name"`, dmc_guard, dmc_values, dmc_series',
  ],
  schema: 'shop',
  catalogue: {
    'dmc_customers.email': 'string',
    'dmc_orders.id': 'bigint',
    'dmc_orders.amount': 'decimal',
    'dmc_totals.customer_id': 'integer',
  },
  values: {
    'boolean-true': stored('b', 1),
    'boolean-false': stored('b', 2),
    'boolean-null': stored('b', 3),
    'integer-max': stored('i', 1),
    'integer-min': stored('i', 2),
    'integer-null': stored('i', 3),
    'bigint-max': value('CAST(9223372036854775807 AS SIGNED)'),
    'bigint-min': value('CAST(-9223372036854775808 AS SIGNED)'),
    'bigint-small': value('COUNT(*) + 6'),
    'bigint-unsigned': value('CAST(18446744073709551615 AS UNSIGNED)'),
    'decimal-38': value("CAST('12345678901234567890123456789012345678' AS DECIMAL(38,0))"),
    'decimal-38-scale': value("CAST('-1234567890123456789012345678.0123456789' AS DECIMAL(38,10))"),
    'decimal-zeros': value('CAST(1.5 AS DECIMAL(10,2))'),
    'decimal-small': value("CAST('-0.0000000001' AS DECIMAL(38,10))"),
    'decimal-tenth': value('CAST(0.1 AS DECIMAL(4,2))'),
    'decimal-null': value('CAST(NULL AS DECIMAL(10,2))'),
    'float-tenth': value('0.1e0 + 0.2e0'),
    'float-max': value('1.7976931348623157e308'),
    'float-min': value('5e-324'),
    'float-whole': value('3e0'),
    'float-nan': { absent: 'MySQL has no NaN' },
    'float-infinity': { absent: 'MySQL has no infinity' },
    'float-minus-infinity': { absent: 'MySQL has no infinity' },
    'string-empty': value("''"),
    'string-null': value('CAST(NULL AS CHAR)'),
    'string-unicode': value("'😀𝒟é\u200fשלום\u0301'"),
    'string-quotes': value(
      `CONCAT('''"\`', CHAR(92 USING utf8mb4), ' ', CHAR(10 USING utf8mb4), CHAR(9 USING utf8mb4), ';--')`,
    ),
    'string-digits': value("'007'"),
    'string-long': value("REPEAT('x', 1000000)"),
    uuid: value("CAST('0F8FAD5B-D9CB-469F-A165-70867728950E' AS UUID)"),
    'date-plain': value("DATE '2024-02-29'"),
    'date-before-epoch': value("DATE '1969-12-31'"),
    'date-first': value("DATE '0001-01-01'"),
    'date-before-christ': { absent: 'MySQL begins with the year 0' },
    'date-far': { absent: 'MySQL ends with the year 9999' },
    'date-infinity': { absent: 'MySQL has no infinite dates' },
    'time-micros': value("TIME '23:59:59.999999'"),
    'time-tenths': value("CAST('23:59:59.5' AS TIME(1))"),
    'time-whole': value("TIME '00:00:00'"),
    'timestamp-micros': value("TIMESTAMP '2024-02-29 12:34:56.789012'"),
    'timestamp-tenths': value("CAST('2024-02-29 12:34:56.5' AS DATETIME(1))"),
    'timestamp-whole': value("TIMESTAMP '2024-02-29 12:34:56'"),
    'timestamp-before-epoch': value("TIMESTAMP '1969-12-31 23:59:59.999999'"),
    'timestamp-far': { absent: 'MySQL ends with the year 9999' },
    'timestamp-null': value('CAST(NULL AS DATETIME)'),
    'timestamptz-offset': stored('t', 1),
    'timestamptz-before-epoch': { absent: 'an instant begins in 1970 in MySQL' },
    'interval-mixed': { absent: 'MySQL has no intervals' },
    'binary-all': value(`x'${hexOfAllBytes}'`),
    'binary-empty': value("CAST('' AS BINARY)"),
    'json-object': stored('j', 1),
    'json-null': stored('j', 2),
    'array-integers': { absent: 'MySQL has no arrays' },
    'array-bigints': { absent: 'MySQL has no arrays' },
    'array-nested': { absent: 'MySQL has no arrays' },
    'array-strings': { absent: 'MySQL has no arrays' },
    'array-empty': { absent: 'MySQL has no arrays' },
    'array-null': { absent: 'MySQL has no arrays' },
  },
  echo: (placeholder, type) => {
    const casts: Partial<Record<typeof type, string>> = {
      string: `CAST(${placeholder} AS CHAR CHARACTER SET utf8mb4)`,
      integer: `CAST(${placeholder} AS SIGNED)`,
      boolean: `CAST(${placeholder} AS SIGNED)`,
      decimal: `CAST(${placeholder} AS DECIMAL(38,12))`,
      date: `CAST(${placeholder} AS DATE)`,
      timestamp: `CAST(${placeholder} AS DATETIME(6))`,
      timestamptz: instant(placeholder),
    };
    return casts[type] ?? placeholder;
  },
  echoes: { integer: 'bigint', boolean: 'integer', timestamptz: 'string' },
  errors: {
    syntax: { text: `SELECT '${confidential}' FROM WHERE` },
    'missing-table': { text: 'SELECT * FROM dmc_missing' },
    'missing-column': { text: 'SELECT missing FROM dmc_guard' },
    // To a user without rights on functions, the server does not say whether one exists.
    'missing-function': { text: `SELECT dmc_missing('${confidential}')`, code: 'PERMISSION_DENIED' },
    'division-by-zero': { text: 'SELECT 1 / (id - id) AS v FROM dmc_guard', gives: null },
    overflow: { text: 'SELECT 9223372036854775807 + 1 AS v' },
    cast: { text: `SELECT CAST('${confidential}' AS SIGNED) AS v`, gives: '0' },
    'cast-late': { absent: 'MySQL converts what it can and warns' },
    permission: { text: 'SELECT * FROM mysql.user' },
  },
  connect: {
    'wrong-password': {
      change: (config) => ({ ...config, password: 'wrong-secret-9X' }),
      codes: ['AUTHENTICATION_FAILED'],
    },
    'unknown-user': { change: (config) => ({ ...config, user: 'dmc_nobody' }), codes: ['AUTHENTICATION_FAILED'] },
    'unknown-host': { change: (config) => ({ ...config, host: 'dmc.invalid' }), codes: ['CONNECTION_FAILED'] },
    'closed-port': { change: (config) => ({ ...config, port: 1 }), codes: ['CONNECTION_FAILED'] },
    // To a user without rights on it, the server does not say whether a database exists.
    'unknown-database': {
      change: (config) => ({ ...config, database: 'dmc_nowhere' }),
      codes: ['DATABASE_NOT_FOUND', 'PERMISSION_DENIED'],
    },
    'not-a-database': { absent: 'no server of another kind is at hand' },
  },
  posture: [
    { text: 'SELECT /*M! @@tx_read_only */ /*!80000 @@transaction_read_only */ = 1 AS v', cell: 1 },
    { text: 'SELECT @@time_zone', cell: '+00:00' },
    { text: "SELECT FIND_IN_SET('STRICT_TRANS_TABLES', @@sql_mode) > 0 AS v", cell: 1 },
    { text: "SELECT FIND_IN_SET('ONLY_FULL_GROUP_BY', @@sql_mode) > 0 AS v", cell: 1 },
    { text: 'SELECT RIGHT(@@collation_connection, 4) AS v', cell: '_bin' },
    { text: "SELECT LOAD_FILE('/etc/passwd') IS NULL AS v", cell: 1 },
  ],
  writes: [
    { id: 'insert', text: "INSERT INTO dmc_guard VALUES (4, 'd')" },
    { id: 'insert-returning', text: "INSERT INTO dmc_guard VALUES (4, 'd') RETURNING id" },
    { id: 'replace', text: "REPLACE INTO dmc_guard VALUES (4, 'd')" },
    { id: 'update', text: "UPDATE dmc_guard SET note = 'x'" },
    { id: 'delete', text: 'DELETE FROM dmc_guard' },
    { id: 'delete-returning', text: 'DELETE FROM dmc_guard RETURNING id' },
    { id: 'truncate', text: 'TRUNCATE dmc_guard' },
    { id: 'create-table', text: 'CREATE TABLE dmc_new (id INT)' },
    { id: 'create-as', text: 'CREATE TABLE dmc_new AS SELECT 1 AS id' },
    { id: 'create-view', text: 'CREATE VIEW dmc_new AS SELECT 1 AS id' },
    { id: 'create-temporary', text: 'CREATE TEMPORARY TABLE dmc_new (id INT)' },
    { id: 'create-user', text: 'CREATE USER dmc_user' },
    { id: 'alter', text: 'ALTER TABLE dmc_guard ADD COLUMN extra INT' },
    { id: 'drop', text: 'DROP TABLE dmc_guard' },
    { id: 'rename', text: 'RENAME TABLE dmc_guard TO dmc_guarded' },
    { id: 'grant', text: 'GRANT ALL ON *.* TO CURRENT_USER()' },
    { id: 'for-update', text: 'SELECT id FROM dmc_guard FOR UPDATE', codes: [...never] },
    { id: 'lock-tables', text: 'LOCK TABLES dmc_guard WRITE', codes: [...never] },
    { id: 'read-write', text: 'SET SESSION TRANSACTION READ WRITE', codes: [...never] },
    { id: 'begin', text: 'START TRANSACTION READ WRITE', codes: [...never] },
    { id: 'commit', text: 'COMMIT', codes: [...never] },
    { id: 'do', text: 'DO SLEEP(0)', codes: [...never] },
  ],
  outside: [
    { id: 'set', text: "SET SESSION sql_mode = ''", codes: [...never] },
    { id: 'set-global', text: 'SET GLOBAL max_connections = 1', codes: [...never] },
    { id: 'set-zone', text: "SET time_zone = '+05:00'", codes: [...never] },
    { id: 'use', text: 'USE information_schema', codes: [...never] },
    { id: 'into-outfile', text: "SELECT id FROM dmc_guard INTO OUTFILE '/tmp/dmc_guard.csv'", codes: [...never] },
    { id: 'into-dumpfile', text: "SELECT id FROM dmc_guard LIMIT 1 INTO DUMPFILE '/tmp/dmc_guard'", codes: [...never] },
    { id: 'into-variable', text: 'SELECT id FROM dmc_guard LIMIT 1 INTO @x', codes: [...never] },
    { id: 'load-data', text: "LOAD DATA INFILE '/etc/passwd' INTO TABLE dmc_guard", codes: [...never] },
    { id: 'load-local', text: "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE dmc_guard", codes: [...never] },
    { id: 'flush', text: 'FLUSH TABLES', codes: [...never] },
    { id: 'plugin', text: "INSTALL SONAME 'ha_connect'", codes: [...never] },
    { id: 'handler', text: 'HANDLER dmc_guard OPEN', codes: [...never] },
  ],
  several: [
    { id: 'select-then-select', text: 'SELECT 1; SELECT 2', codes: ['STATEMENT_INVALID'] },
    { id: 'select-then-delete', text: 'SELECT 1; DELETE FROM dmc_guard', codes: ['STATEMENT_INVALID'] },
    { id: 'delete-then-select', text: 'DELETE FROM dmc_guard; SELECT 1', codes: ['STATEMENT_INVALID'] },
    { id: 'behind-a-comment', text: 'SELECT 1 /* ; */; -- end\nDROP TABLE dmc_guard', codes: ['STATEMENT_INVALID'] },
  ],
  traces: [
    { id: 'variable', leave: "SELECT @dmc_trace := 'x'", look: 'SELECT @dmc_trace', clean: { cell: null } },
    {
      id: 'named-lock',
      leave: "SELECT GET_LOCK('dmc_trace', 0)",
      look: "SELECT IS_FREE_LOCK('dmc_trace') = 1 AS v",
      clean: { cell: 1 },
    },
    { id: 'last-id', leave: 'SELECT LAST_INSERT_ID(5)', look: 'SELECT LAST_INSERT_ID() = 0 AS v', clean: { cell: 1 } },
    {
      id: 'temporary-table',
      leave: 'CREATE TEMPORARY TABLE dmc_trace AS SELECT 1 AS v',
      look: 'SELECT v FROM dmc_trace',
      clean: { code: 'RELATION_NOT_FOUND' },
    },
  ],
  newYork: "SELECT DATE_FORMAT(CONVERT_TZ('2024-03-10 07:30:00', 'UTC', 'America/New_York'), '%Y-%m-%d %H:%i:%s') AS v",
};
