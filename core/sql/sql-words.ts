/** What words mean in SQL text, as data. Words are in lower case; what is not here is a name. */
import type { TextDialect } from './text-dialects.js';

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ''));

/** Never a name without quotes, and never an alias. */
export const reservedInSql = set(`
  select from where group having order limit offset fetch union intersect except minus join inner left right full cross
  natural on using with window qualify values table into for lock procedure settings format prewhere final sample tablesample
  pivot unpivot array outer straight_join asof semi anti positional paste global any all lateral only and or not in is like
  ilike rlike regexp glob match similar between case when then else end as distinct exists null true false collate use force
  ignore partition indexed insert update delete merge drop create alter grant revoke truncate copy attach detach pragma
  explain describe show summarize call execute prepare declare set reset begin commit rollback union_all returning limit
  div mod xor escape cast interval by over filter within asc desc nulls cube rollup grouping current_user session_user
  system_user current_role current_catalog current_schema match_recognize apply`);

/** Reserved as names of columns only where no engine has them as such, so that `region any` is refused and `any(x)` read. */
export const functionsDespiteReserved = set(`
  left right replace insert format any all array values grouping if mod interval glob like match char row date time
  timestamp exists not in truncate filter global case div`);

/** Words that are values or calls without parentheses. */
export const wordValues = set(`
  null true false unknown current_date current_time current_timestamp localtime localtimestamp`);

/** Refused wherever they stand without quotes: they tell of the session. */
export const sessionWords = set(`current_user session_user system_user current_role current_catalog current_schema`);

export const infixWords = set(`and or xor div mod like ilike rlike regexp glob overlaps`);

export const timeUnits = set(`
  microsecond microseconds millisecond milliseconds second seconds minute minutes hour hours day days week weeks month months
  quarter quarters year years decade century millennium nanosecond minute_second hour_second hour_minute day_second day_minute
  day_hour year_month second_microsecond minute_microsecond hour_microsecond day_microsecond`);

/** Types that a value may be cast to. Types that look names up in the catalogue (`regclass` and its like) are not here. */
export const castTypes = set(`
  int int2 int4 int8 int16 int32 int64 int128 int256 integer smallint bigint tinyint mediumint hugeint uhugeint utinyint
  usmallint uinteger ubigint uint8 uint16 uint32 uint64 uint128 uint256 signed unsigned numeric decimal dec decimal32 decimal64
  decimal128 decimal256 real float float4 float8 float32 float64 double number bool boolean bit varbit text varchar char bpchar
  character nchar string nvarchar clob blob bytea binary varbinary fixedstring date date32 time timetz timestamp timestamptz
  datetime datetime64 timestamp_s timestamp_ms timestamp_ns timestamp_us interval year uuid json jsonb ipv4 ipv6 inet cidr enum
  enum8 enum16 nullable lowcardinality array tuple map nested struct list any none point box circle line lseg polygon path
  tsvector tsquery money int4range int8range numrange daterange tsrange tstzrange nothing`);
/** What may follow a type's name. */
export const typeTails = set(`precision varying unsigned signed integer character set`);

/** Between arguments of these calls stand words instead of commas. */
export const argumentWords: Readonly<Record<string, ReadonlySet<string>>> = {
  extract: set('from'),
  substring: set('from for similar escape'),
  substr: set('from for'),
  trim: set('from'),
  overlay: set('placing from for'),
  convert: set('using'),
  group_concat: set('separator'),
  groupconcat: set('separator'),
  json_object: set('value'),
  json_objectagg: set('value'),
  position: set(''),
};

/** Table functions that read no table, file or network. Their cost is judged later. */
export const tableFunctions: Readonly<Record<TextDialect, ReadonlySet<string>>> = {
  postgres: set(`
    generate_series unnest json_each jsonb_each json_each_text jsonb_each_text json_array_elements jsonb_array_elements
    json_array_elements_text jsonb_array_elements_text json_object_keys jsonb_object_keys jsonb_path_query json_to_recordset
    jsonb_to_recordset json_to_record jsonb_to_record regexp_split_to_table regexp_matches string_to_table json_table
    generate_subscripts`),
  mysql: set('json_table'),
  sqlite: set('json_each json_tree generate_series'),
  duckdb: set('range generate_series unnest json_each json_tree'),
  clickhouse: set('numbers numbers_mt zeros zeros_mt values generateseries generate_series null'),
};

/** Columns that each table of the engine has without being asked; they do not exist here. */
export const systemColumns: Readonly<Record<TextDialect, ReadonlySet<string>>> = {
  postgres: set('ctid xmin xmax cmin cmax tableoid oid'),
  mysql: set('_rowid db_row_id db_trx_id db_roll_ptr'),
  sqlite: set('rowid _rowid_ oid'),
  duckdb: set('rowid'),
  clickhouse: set(`
    _part _part_index _part_uuid _partition_id _partition_value _sample_factor _part_offset _part_data_version _block_number
    _block_offset _disk_name _table _database _path _file _row_exists _part_starting_offset _part_granule_offset`),
};
