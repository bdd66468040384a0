-- refuse: a file by a large object
select lo_get(lo_import('/etc/passwd'))

-- refuse: a large object's bytes
select * from pg_largeobject

-- refuse: a large object made
select lo_from_bytea(0, 'x')

-- refuse: file attributes
select * from pg_stat_file('postgresql.conf')

-- refuse: a binary file
select pg_read_binary_file('/etc/passwd')

-- refuse: the log's directory
select pg_ls_logdir()

-- refuse: the configuration by a view
select * from pg_settings

-- refuse: configuration files
select * from pg_file_settings

-- refuse: host rules
select * from pg_hba_file_rules

-- refuse: passwords
select usename, passwd from pg_shadow

-- refuse: others' statements
select query from pg_stat_activity

-- refuse: statistics of tables
select n_live_tup from pg_stat_user_tables where relname = 'customers'

-- refuse: extended statistics
select * from pg_statistic_ext_data

-- refuse: policies of tables
select * from pg_policies

-- refuse: definitions of views
select definition from pg_views

-- refuse: source of functions
select prosrc from pg_proc

-- refuse: a table by its number as XML
select table_to_xml_and_xmlschema('customers', true, false, '')

-- refuse: a whole database as XML
select database_to_xml(true, false, '')

-- refuse: a cursor as XML
select cursor_to_xml('c', 1, true, false, '')

-- refuse: a schema as XML
select schema_to_xml('public', true, false, '')

-- refuse: a text search that runs a text
select * from ts_stat('select to_tsvector(ssn) from customers')

-- refuse: a rewritten query by a table of rules
select ts_rewrite('a'::tsquery, 'select ssn::tsquery, ssn::tsquery from customers')

-- refuse: cross tabulation by a text
select * from crosstab('select name, region, ssn from customers') as t(a text, b text)

-- refuse: connection by text
select * from dblink_exec('dbname=shop', 'drop table customers')

-- refuse: a row count by a sequence
select setval('s', 1)

-- refuse: sleep until
select pg_sleep_for('5 seconds')

-- refuse: sleep until a time
select pg_sleep_until('2030-01-01')

-- refuse: a try for a lock
select pg_try_advisory_xact_lock(1)

-- refuse: cancel another
select pg_cancel_backend(1)

-- refuse: reload the server
select pg_reload_conf()

-- refuse: promote
select pg_promote()

-- refuse: a notification by a function
select pg_notify('c', 'x')

-- refuse: logical messages
select pg_logical_emit_message(true, 'a', 'b')

-- refuse: size of the database
select pg_database_size('shop')

-- refuse: who is it
select session_user, current_database(), version()

-- refuse: the plan
explain (costs, verbose) select * from customers where ssn = '1'

-- refuse: copy to standard output
copy (select ssn from customers) to stdout

-- refuse: discard
discard all

-- refuse: set the path
set search_path = bare, public

-- refuse: reset the role
reset role

-- refuse: deallocate
deallocate all

-- refuse: comments on things
comment on table customers is 'x'

-- refuse: security label
security label on table customers is 'x'

-- refuse: refresh
refresh materialized view v

-- refuse: cluster
cluster customers

-- refuse: vacuum
vacuum customers

-- refuse: an import of a schema
import foreign schema public from server s into public

-- refuse: a cast to a class
select 'customers'::regclass::oid

-- refuse: the name of a procedure
select 'pg_sleep'::regproc

-- refuse: description of an object
select obj_description('customers'::regclass)

-- refuse: a column's default
select pg_get_expr(adbin, adrelid) from pg_attrdef

-- refuse: has privilege
select has_column_privilege('customers', 'ssn', 'select')

-- refuse: a random value by a volatile service
select gen_random_uuid(), pg_current_xact_id()

-- refuse: an operator by its schema
select id from customers where id operator(pg_catalog.=) 2

-- the transaction's number of rows
select xmin, xmax, cmin from customers

-- physical place in a condition
select id from customers where ctid = '(0,2)'

-- a whole row as record text
select row(customers.*)::text from customers

-- a whole row compared with itself
select count(*) from customers a join customers b on a = b

-- a whole row in a list
select id from customers c where c in (select x from customers x) order by id

-- a whole row's distinct
select count(distinct c) from customers c

-- a whole row in order
select id from employees e order by e

-- a whole row's hash
select hash_record(e) from employees e

-- a whole row as JSON keys
select json_object_keys(to_json(c)) from customers c order by 1

-- each key of a row
select k.key, k.value from customers c, lateral jsonb_each(to_jsonb(c)) k order by 1, 2

-- a row's text by concat
select concat(c) from customers c order by 1

-- a row's text by format
select format('%s', e) from employees e order by 1

-- a record set from a row
select * from json_populate_record(null::customers, '{"ssn": "x"}')

-- the composite type of the table
select null::customers

-- an array of the composite type
select array_agg(e order by e.id) from employees e

-- a function's notation of a column on a subquery
select x.ssn from (select c from customers c) x

-- a field of a row subquery
select ((select c from customers c where id = 1)).ssn

-- inheritance star
select * from customers*

-- locks by rows
select id from customers for share

-- skip locked
select id from customers for no key update skip locked

-- a sample with a seed
select count(*) from orders tablesample bernoulli (50) repeatable (1)

-- percentile of the denied
select percentile_cont(0.5) within group (order by salary) from employees

-- rank of a guess
select rank(50000) within group (order by salary) from employees

-- a hypothetical share
select cume_dist(600) within group (order by amount) from orders

-- a statistic of the denied
select corr(salary, id), regr_slope(salary, id) from employees

-- a grouping of the denied
select grouping(salary) from employees group by rollup (salary)

-- a filter by a hidden row's error
select count(*) filter (where 1 / (amount - 640.64) > 0) from orders

-- an order inside of an aggregate by the denied
select string_agg(name, ',' order by salary) from employees

-- error: a regular expression from the data
select id from readings where 'aaa' ~ label order by id

-- error: an array's bounds
select id from orders where (array[1])[(amount - 640.64)::int] is null and 1 / (amount - 640.64) is not null

-- error: chr
select id from orders where length(chr((amount * 100000)::int)) > 0 order by id

-- error: encoding
select id from readings where length(decode(label, 'hex')) >= 0 order by id

-- error: to_date
select id from readings where to_date(label, 'YYYY-MM-DD') is not null order by id

-- error: to_number
select id from readings where to_number(label, '999') is not null order by id

-- error: a time zone by name
select id from readings where moment at time zone label is not null order by id

-- error: make_date
select id from orders where make_date(2025, (amount)::int, 1) is not null order by id

-- error: substring with a negative length
select id from orders where substring('abc' from 1 for (640 - amount)::int) is not null order by id

-- error: a cast to a boolean
select id from readings where label::boolean is not null order by id

-- error: a cast to bytes
select id from readings where label::bytea is not null order by id

-- error: a cast to an address
select id from customers where name::inet is not null order by id

-- error: a JSON path
select id from readings where jsonb_path_exists('{}', label::jsonpath) order by id

-- error: generate_series of zero step
select id from orders, generate_series(1, 3, (amount - 640.64)::int) order by id

-- error: a width bucket
select id from orders where width_bucket(1, 0, amount - 640.64, 3) is not null order by id

-- error: a power
select id from orders where power(0, amount - 641) is not null order by id

-- error: factorial and gcd
select id from orders where factorial((640 - amount)::int) > 0 order by id

-- a nested WITH that names a policy's table
with customers as (select 2 as id) select * from (select * from orders where customer_id in (select id from customers)) x order by 1

-- a recursive WITH that names a policy's table
with recursive customers(id) as (select 1 union all select id + 1 from customers where id < 5) select o.id from orders o order by o.id

-- a CTE named like a schema
with public as (select 1 as x) select public.customers.ssn from public.customers, public

-- a function called as a table with columns
select * from json_to_recordset((select json_agg(c) from customers c)) as t(ssn text)

-- XML of rows
select xmlagg(xmlelement(name x, ssn)) from customers

-- a table's rows by its type's cast
select (c::text::customers).ssn from customers c

-- an alias list that renames past the denied
select t.c3 from employees as t(c1, c2, c3) order by 1

-- a join alias that keeps the denied
select j.salary from (employees e join customers c on c.id = e.id) j

-- rows from several functions
select * from rows from (generate_series(1, 2), generate_series(1, 3)) as t(a, b) order by 2

-- a domain of the catalogue
select id::information_schema.cardinal_number from customers order by id

-- a positional parameter of another
select $1, $2 from customers

-- bit strings and escapes
select b'101', x'1F', e'\x73\x73\x6e', id from customers order by id

-- a unicode-escaped name with its own escape
select U&"!0073sn" UESCAPE '!' from customers

-- a sum that overflows where a hidden row asks for it
select c.id from customers c where not exists (select 1 from (values (9e131071), (9e131071)) v(n) where c.name = 'Hidden Harry' having sum(v.n) > 0)

-- an average that overflows
select c.id from customers c where not exists (select 1 from (values (9e131071), (9e131071)) v(n) where c.name = 'Hidden Harry' having avg(v.n) > 0)

-- arrays that do not go together
select c.id from customers c where not exists (select 1 from (values (array[1]), (array[1, 2])) v(a) where c.name = 'Hidden Harry' having array_agg(v.a) is not null)

-- no buckets where a hidden row asks for them
select c.id from customers c where not exists (select 1 from (select ntile(case when c.name = 'Hidden Harry' then 0 else 1 end) over () as w from (values (1)) v(n)) z where z.w > 5)

-- a frame without an end
select c.id from customers c where not exists (select 1 from (select count(*) over (rows between case when c.name = 'Hidden Harry' then null else 1 end preceding and current row) as w from (values (1)) v(n)) z where z.w > 5)

-- a limit below zero
select r.id from readings r where not exists (select 1 from (values (1)) v(n) where n > 1 limit case when r.label = 'not a number' then r.big else 1 end)

-- a recursion that ends unless a row is there
select c.id from customers c where not exists (with recursive r(n) as (select 1 union all select n from r where c.name = 'Hidden Harry') select 1 from r where n > 5)

-- a sum behind IN
select o.id from orders o where o.amount in (select sum(v.n) from (values (9e131071), (9e131071)) v(n) where o.amount = 640.64) or o.id > 0

-- a sum in a common table that a hidden row asks for
with z as (select sum(v.n) as s from (values (9e131071), (9e131071)) v(n)) select c.id from customers c where case when c.name = 'Hidden Harry' then exists (select 1 from z) else true end

-- a sum on the other side of a join
select c.id from customers c left join (select sum(v.n) as s from (values (9e131071), (9e131071)) v(n)) z on c.name = 'Hidden Harry'
