/**
 * Words that at least one of the dialects does not take as a bare name everywhere, or that mean something other than a name.
 * Sources: the keyword tables in the manuals of PostgreSQL 18, MySQL 9, MariaDB 11, SQLite 3, DuckDB 1.5, ClickHouse 26,
 * Redshift, SQL Server 2022, Snowflake and BigQuery (2026).
 * A word too many costs two quotes. `public` is not here: SQL Server alone reserves it, where every name is quoted.
 */
const words = `
abort absolute accessible action add admin after against aggregate algorithm alias all alter always analyse analyze and anti any array as asc
asensitive asof asymmetric at attach attribute authorization autoincrement before begin between bigint binary bit blob body boolean both
by cache call cascade case cast catalog chain change char character check class cluster coalesce collate collation column columns
comment commit comments committed concat concurrently condition conflict connection constraint constraints continue convert
copy create cross cube cume_dist current current_catalog current_date current_path current_role current_schema current_time
current_timestamp current_user cursor cycle data database databases date datetime day day_hour day_microsecond day_minute day_second deallocate
dec decimal declare default deferrable deferred delayed delete delimiter dense_rank desc describe detach deterministic dictionary distinct
distinctrow div do double drop dual each else elseif empty enclosed encoding end engine enum escape escaped except exclude exclusive execute
exists exit explain extract fail false fetch filter final first first_value float float4 float8 following for force foreign format freeze from
full fulltext function functions general generated get glob global grant greatest group grouping groups having hash high_priority hour
hour_microsecond hour_minute hour_second id_ if ignore ilike immediate in index indexed infile inherit initially inner inout
inout insensitive insert instead int int1 int2 int3 int4 int8 integer intersect interval into inverse io_after_gtids io_before_gtids is
isnull iterate join json json_table key keys kill lag lambda language last last_value lateral lead leading least leave left like limit
linear lines list load local localtime localtimestamp lock long longblob longtext loop low_priority macro manual map master_bind
master_ssl_verify_server_cert match materialized maxvalue mediumblob mediumint mediumtext merge middleint minute minute_microsecond
minute_second mod mode modifies month move names national natural nchar new no no_write_to_binlog none not nothing notnull nth_value
ntile null nullif nulls numeric object of off offset old on only open operator optimize optimizer_costs option optionally or order
others out outer outfile over overlaps overlay parallel partial partition percent_rank period pivot pivot_longer pivot_wider placing plan
position positional pragma preceding precision prepare prewhere primary procedure purge qualify quarter query quote raise range rank read
reads read_write real recursive ref references refresh regexp reindex relative release rename repeat replace require resignal
restrict return returning returns revoke right rlike rollback rollup row row_number rowid rowidx rows sample savepoint schema schemas scope
scroll second second_microsecond select semi sensitive separator sequence session session_user set setof settings show signal
similar smallint some spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl
start starting stats_auto_recalc stats_persistent stored straight_join struct substring summarize symmetric sysdate system system_user table
tables tablesample tag temp temporary terminated text then ties time timestamp timestamptz tinyblob tinyint tinytext to top total totals
trailing transaction treat trigger trim true truncate try_cast unbounded undo unified union unique unknown unlock unpivot unsigned until update usage
use user using utc_date utc_time utc_timestamp uuid vacuum value values varbinary varchar varcharacter variadic varying verbose view virtual wait
week when where while window with within without work write xml xor year year_month yearweek zerofill zone
aes128 aes256 allowoverwrite assert_rows_modified backup blanksasnull break browse bulk bytedict bzip2 checkpoint close clustered
compute contains containstable credentials dbcc defrag define deny disable disk distributed dump emptyasnull enable encode encrypt
encryption errlvl exec file fillfactor freetext freetexttable goto gscluster gzip holdlock identity identity_insert identitycol
increment issue lookup lun luns lzo lzop minus nocheck nonclustered offline offsets opendatasource openquery openrowset openxml
organization percent permissions print proc proto raiserror raw readratio readtext reconfigure recover rejectlog resort
restore rowcount rowguidcol rule save securityaudit setuser shutdown snapshot statistics textsize tran tsequal updatetext waitfor
wallet whenever writetext account trusted
oid ctid xmin xmax cmin cmax tableoid _rowid_ inf nan infinity`;

export const reservedWords: ReadonlySet<string> = new Set(words.trim().split(/\s+/));
