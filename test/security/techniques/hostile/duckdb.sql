-- refuse: a file in quotes with an alias
select x.* from '/etc/passwd' as x

-- refuse: a URL as a table
select * from 'https://example.com/x.csv'

-- refuse: a parquet in a bucket
select * from 's3://bucket/x.parquet'

-- refuse: JSON of a file
select * from read_json('/etc/passwd')

-- refuse: lines of JSON
select * from read_ndjson_objects('/etc/passwd')

-- refuse: csv by itself
select * from read_csv_auto('/etc/passwd')

-- refuse: metadata of a parquet
select * from parquet_metadata('/tmp/x')

-- refuse: an attached SQLite
select * from sqlite_scan('/tmp/x', 't')

-- refuse: an attached PostgreSQL
select * from postgres_scan('host=localhost', 'public', 't')

-- refuse: iceberg
select * from iceberg_scan('/tmp/x')

-- refuse: delta
select * from delta_scan('/tmp/x')

-- refuse: an arrow pointer
select * from arrow_scan(1, 2, 3)

-- refuse: a spreadsheet
select * from read_xlsx('/tmp/x')

-- refuse: columns by the catalogue's function
select * from duckdb_columns()

-- refuse: constraints
select * from duckdb_constraints()

-- refuse: functions
select * from duckdb_functions()

-- refuse: memory
select * from duckdb_memory()

-- refuse: temporary files
select * from duckdb_temporary_files()

-- refuse: databases
select * from duckdb_databases()

-- refuse: extensions
select * from duckdb_extensions()

-- refuse: keywords and logs
select * from duckdb_logs()

-- refuse: tables in show
select * from (show all tables)

-- refuse: describe in FROM
select * from (describe customers)

-- refuse: summarize of a query
summarize select * from employees

-- refuse: statistics of a column
select stats(salary) from employees

-- refuse: the storage
select * from pragma_storage_info('employees')

-- refuse: metadata information
select * from pragma_metadata_info()

-- refuse: profiling
pragma enable_profiling

-- refuse: last profiling output
select * from pragma_last_profiling_output()

-- refuse: catalogue of PostgreSQL
select relname from pg_catalog.pg_class

-- refuse: catalogue without a schema
select * from pg_tables

-- refuse: descriptions of PostgreSQL
select pg_get_viewdef(1)

-- refuse: current user and schema
select current_user, current_schema(), current_database()

-- refuse: the query itself
select current_query()

-- refuse: version
select version()

-- refuse: a serialized text
select json_serialize_sql('select 1')

-- refuse: a serialized plan
select json_serialize_plan('select 1')

-- refuse: a prepared statement
prepare p as select ssn from customers

-- refuse: executed
execute p

-- refuse: a variable set
set variable x = 1

-- refuse: reset
reset memory_limit

-- refuse: use
use memory

-- refuse: force a checkpoint
force checkpoint

-- refuse: a type
create type t as enum (select ssn from customers)

-- refuse: a secret
create secret s (type s3)

-- refuse: import
import database '/tmp/x'

-- refuse: a macro of a table
create macro f() as table from customers

-- refuse: copy from a database
copy from database test to memory

-- refuse: merge
merge into orders using customers on false when not matched then insert values (1)

-- refuse: a function with side effects
select write_log('x')

-- refuse: file names of a query
select * from sniff_csv('/tmp/x')

-- refuse: a test of all types
select * from test_all_types()

-- refuse: repeat a row without end
select count(*) from repeat_row(1, 2, num_rows = 10000000000)

-- refuse: a range without bound
select count(*) from range(100000000000)

-- refuse: a query of which the table's name is text
from query_table(['customers', 'employees'])

-- refuse: an enum of a table
select enum_range(null::customers)

-- refuse: which secret
select * from which_secret('s3://x', 's3')

-- a row's number in a condition
select id from customers where rowid = 1

-- a row's number in order
select id from customers order by rowid desc

-- a struct's keys
select struct_keys(c) from customers c

-- a struct's field by text
select c['ssn'] from customers c

-- a struct in a struct
select {'row': c} from customers c

-- a struct compared
select id from employees e where e > row(1, 'a') order by id

-- a struct in order
select e.id from employees e order by e

-- a struct as text
select e::varchar from employees e order by 1

-- a struct as a map
select c::json ->> '$.ssn' from customers c

-- a struct hashed
select hash(e) from employees e order by 1

-- a struct's unpacked
select e.* from (select e from employees e) t(e)

-- columns of a struct
select unnest(e, recursive := true) from employees e

-- columns by a list
select columns(['id', 'ssn']) from customers

-- columns by a lambda over names
select columns(c -> c in ('ssn', 'id')) from customers

-- columns in a where
select id from customers where columns('ssn') is not null

-- a star in coalesce
select coalesce(*columns('email|ssn')) from customers

-- a star with like
select * like '%ssn%' from customers

-- a star that excludes what is not there
select * exclude (ssn) from customers order by id

-- a position
select #3 from employees

-- a position in order
select id from employees order by #3

-- group by a position
select #3, count(*) from employees group by #3

-- distinct on the denied
select distinct on (salary) id from employees order by id

-- a pivot on the denied
pivot employees on salary using count(*) group by name

-- an unpivot with star
unpivot customers on columns(* exclude (id)) into name n value v

-- the denied by arg_max with n
select arg_max(id, salary, 2) from employees

-- the denied in list's order
select list(id order by salary) from employees

-- the denied by histogram
select histogram(salary) from employees

-- the denied by approximate quantile
select approx_quantile(salary, 0.5) from employees

-- the denied by a window's filter
select id, count(*) filter (where salary > 50000) over () from employees

-- the denied through qualify
select id from employees qualify rank() over (order by salary desc) = 1

-- hidden rows by a positional join
select a.id, b.id from customers a positional join orders b order by 1, 2

-- hidden rows by an asof join
select c.id, o.id from customers c asof left join orders o on c.id >= o.customer_id order by 1, 2

-- hidden rows by union by name
select id from customers union all by name select id from orders order by id

-- hidden rows by a sample
select count(*) from orders using sample reservoir(100 rows) repeatable (1)

-- hidden rows by an anti join
select e.id from employees e anti join customers c on c.id = e.id order by e.id

-- hidden rows by a limit in percent of a subquery
select id from orders order by id limit (select count(*) from customers) % 

-- hidden rows by a correlated list
select id, (select list(o.id order by o.id) from orders o where o.customer_id = c.id) as l from customers c order by id

-- error: an error by name
select if(amount = 640.64, error('x'), 1) from orders

-- error: a list's index
select id, [1, 2][amount::int] from orders order by id

-- error: a cast to an enum
select id, name::enum('Ada', 'Fumi') from customers order by id

-- error: a cast to a decimal too small
select id, amount::decimal(4, 2) from orders order by id

-- error: a cast to a tiny integer
select id, amount::tinyint from orders order by id

-- error: a cast of text to a date
select id, label::date from readings order by id

-- error: a cast of text to JSON
select id, label::json from readings order by id

-- error: a format
select id, format(label, 1) from readings order by id

-- error: printf
select id, printf(label, 1) from readings order by id

-- error: a pattern from the data
select id, regexp_matches('a', label) from readings order by id

-- error: a date part from the data
select id, date_part(label, day) from readings order by id

-- error: repeat
select id, length(repeat('x', (amount * 10000000)::bigint)) from orders order by id

-- error: chr
select id, chr((amount * 10000)::int) from orders order by id

-- error: from hexadecimal
select id, unhex(label) from readings order by id

-- error: base64
select id, from_base64(label) from readings order by id

-- error: factorial
select id, factorial(amount::int) from orders order by id

-- error: logarithm
select id, ln(amount - 640.64) from orders order by id

-- error: square root
select id, sqrt(600 - amount) from orders order by id

-- error: a range in the list
select id, len(range((amount * 1000000)::bigint)) from orders order by id

-- error: make_date
select id, make_date(2025, amount::int, 1) from orders order by id

-- error: a time zone
select id, moment at time zone label from readings order by id

-- error: a map with a double key
select map([1, 1], [id, id]) from customers where id = 2

-- a CTE named as a policy's table
with recursive customers as (select 1 as id union all select id + 1 from customers where id < 3) from orders select id order by id

-- a CTE named as the catalogue
with test as (select 1 as x) select test.main.customers.id from test.main.customers order by 1

-- a lambda whose name is a column's
select list_transform([1, 2], lambda ssn: ssn + 1) as l

-- a named argument
select struct_pack(ssn := id) from customers order by id

-- a macro's name for a column
select id.ssn from customers

-- a dotted call on the denied
select salary.sqrt() from employees

-- a table's name as a text
select * from "customers" where "ssn" is not null

-- escapes
select E'\x73', id from customers order by id

-- an at clause
select id from customers at (timestamp => now())

-- a star that renames the denied
select * rename (salary as s) from employees order by id

-- a star that renames onto the denied
select * rename (id as salary) from employees order by salary

-- a filter without a word, on the denied
select count(*) filter (salary > 50000) from employees

-- refuse: bounds from statistics of all rows
select bitstring_agg(id) from customers
