/** Tables and rows as each dialect writes them: exact types for exact numbers, binary collations for text. */
import type { Cell, ColumnType, Table } from '../reference/data.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

const types: Record<TextDialect, Record<ColumnType, string>> = {
  duckdb: {
    integer: 'INTEGER',
    bigint: 'BIGINT',
    decimal: 'DECIMAL(18, 2)',
    float: 'DOUBLE',
    string: 'VARCHAR',
    boolean: 'BOOLEAN',
    date: 'DATE',
    timestamp: 'TIMESTAMP',
    instant: 'TIMESTAMPTZ',
  },
  sqlite: {
    integer: 'INTEGER',
    bigint: 'INTEGER',
    decimal: 'NUMERIC',
    float: 'REAL',
    string: 'TEXT',
    boolean: 'BOOLEAN',
    date: 'TEXT',
    timestamp: 'TEXT',
    instant: 'TEXT',
  },
  postgres: {
    integer: 'INTEGER',
    bigint: 'BIGINT',
    decimal: 'NUMERIC(18, 2)',
    float: 'DOUBLE PRECISION',
    string: 'TEXT COLLATE "C"',
    boolean: 'BOOLEAN',
    date: 'DATE',
    timestamp: 'TIMESTAMP',
    instant: 'TIMESTAMPTZ',
  },
  mysql: {
    integer: 'INT',
    bigint: 'BIGINT',
    decimal: 'DECIMAL(18, 2)',
    float: 'DOUBLE',
    string: 'VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin',
    boolean: 'BOOLEAN',
    date: 'DATE',
    timestamp: 'DATETIME(6)',
    instant: 'TIMESTAMP(6)',
  },
  clickhouse: {
    integer: 'Int32',
    bigint: 'Int64',
    decimal: 'Decimal(18, 2)',
    float: 'Float64',
    string: 'String',
    boolean: 'Bool',
    date: 'Date32',
    timestamp: "DateTime64(6, 'UTC')",
    instant: "DateTime64(6, 'UTC')",
  },
};

const quote = (dialect: TextDialect, name: string): string =>
  dialect === 'mysql' || dialect === 'clickhouse' ? `\`${name}\`` : `"${name}"`;

function literal(dialect: TextDialect, type: ColumnType, cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (type === 'string') {
    const escaped =
      dialect === 'mysql' || dialect === 'clickhouse' ? String(cell).replaceAll('\\', '\\\\') : String(cell);
    return `'${escaped.replaceAll("'", "''")}'`;
  }
  if (type === 'date') return `'${cell}'`;
  if (type === 'timestamp') return `'${String(cell).replace('T', ' ')}'`;
  if (type === 'instant') {
    const plain = String(cell).replace('T', ' ').replace('Z', '');
    return dialect === 'postgres' || dialect === 'duckdb' ? `'${plain}+00'` : `'${plain}'`;
  }
  return String(cell);
}

/** Statements that put a table in the place of any of its name. */
export function tableStatements(dialect: TextDialect, name: string, table: Table): readonly string[] {
  const columns = Object.entries(table.columns).map(([column, type]) => {
    const native = types[dialect][type];
    const nullable = dialect === 'clickhouse' ? `Nullable(${native})` : native;
    return `${quote(dialect, column)} ${nullable}${dialect === 'mysql' ? ' NULL' : ''}`;
  });
  const kinds = Object.values(table.columns);
  const rows = table.rows.map((row) => `(${row.map((cell, at) => literal(dialect, kinds[at]!, cell)).join(', ')})`);
  const engine =
    dialect === 'clickhouse' ? ' ENGINE = MergeTree ORDER BY tuple()' : dialect === 'mysql' ? ' ENGINE = MyISAM' : '';
  return [
    `DROP TABLE IF EXISTS ${quote(dialect, name)}`,
    `CREATE TABLE ${quote(dialect, name)} (${columns.join(', ')})${engine}`,
    ...(rows.length > 0 ? [`INSERT INTO ${quote(dialect, name)} VALUES ${rows.join(', ')}`] : []),
  ];
}
