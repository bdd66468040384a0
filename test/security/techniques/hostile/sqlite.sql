-- refuse: the schema in other case
select sql from SQLITE_MASTER

-- refuse: the schema quoted
select sql from "sqlite_master"

-- refuse: the schema in brackets with main
select sql from [main].[sqlite_schema]

-- refuse: the schema of temp
select * from temp.sqlite_master

-- refuse: the schema in a subquery in the list
select (select group_concat(sql) from sqlite_master)

-- refuse: the schema behind a comma
select c.id, m.sql from customers c, sqlite_master m

-- refuse: the sequence table
select * from sqlite_sequence

-- refuse: statistics of four
select * from sqlite_stat4

-- refuse: pragma function for columns
select name from pragma_table_xinfo('customers')

-- refuse: pragma function for tables
select name from pragma_table_list

-- refuse: pragma function joined
select c.id, p.name from customers c join pragma_table_info('customers') p

-- refuse: pragma for functions
select name from pragma_function_list

-- refuse: pragma for modules
select * from pragma_module_list()

-- refuse: compile options
select * from pragma_compile_options

-- refuse: compile options by function
select sqlite_compileoption_used('x'), sqlite_compileoption_get(1)

-- refuse: the version
select sqlite_version()

-- refuse: integrity
pragma integrity_check

-- refuse: writable schema
pragma writable_schema = 1

-- refuse: query only
pragma query_only = 0

-- refuse: temp store directory
pragma temp_store_directory = '/tmp'

-- refuse: the tables in use
select * from tables_used('select 1')

-- refuse: bytecode
select * from bytecode('select ssn from customers')

-- refuse: statements
select sql from sqlite_stmt

-- refuse: pages of memory
select * from sqlite_memstat

-- refuse: btree information
select * from sqlite_btreeinfo

-- refuse: full text vocabulary
create virtual table v using fts5vocab('f', 'row')

-- refuse: a virtual table
create virtual table v using csv(filename = '/etc/passwd')

-- refuse: an R-tree check
select rtreecheck('main', 't')

-- refuse: rtreenode
select rtreenode(2, x'00'), rtreedepth(x'00')

-- refuse: matchinfo
select matchinfo(customers), snippet(customers), offsets(customers) from customers

-- refuse: files by fsdir
select * from fsdir('/')

-- refuse: a zip file
select * from zipfile('/tmp/x.zip')

-- refuse: editing
select edit('x')

-- refuse: ls mode
select lsmode(1)

-- refuse: a deserialised database
select sqlar_uncompress(x'00', 1)

-- refuse: changes
select changes(), total_changes()

-- a subtype
select subtype(json('1'))

-- refuse: an offset of a column
select sqlite_offset(id) from customers

-- refuse: a pointer
select carray(1, 2)

-- refuse: log
select sqlite_log(1, 'x')

-- refuse: a soundex that is not there
select load_extension('/tmp/x', 'y')

-- refuse: raise
select raise(abort, 'x')

-- refuse: a large blob by hexadecimal
select length(hex(zeroblob(500000000)))

-- refuse: a large blob by a product
select length(replace(hex(zeroblob(100000)), '00', hex(zeroblob(10000))))

-- refuse: a text of a hundred million
select length(printf('%100000000d', 1))

-- refuse: a text by a star width
select printf('%*d', 1000000000, 1)

-- refuse: an endless recursion
with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r

-- refuse: an endless recursion with a limit
with recursive r(n) as (select 1 union all select n + 1 from r limit 1000000000) select max(n) from r

-- refuse: update with returning
update orders set status = 'x' returning *

-- refuse: insert or replace
insert or replace into orders (id) values (10)

-- refuse: upsert
insert into orders (id) values (10) on conflict do nothing

-- refuse: release
release s

-- refuse: vacuum
vacuum

-- refuse: a WITH that deletes
with x as (select 1) delete from orders

-- refuse: attach in memory
attach ':memory:' as m

-- refuse: attach by a URI
attach 'file:/etc/passwd?mode=ro' as p

-- the row's number under a name
select id from customers where rowid = 2

-- the row's number in order
select id from customers order by _rowid_ desc

-- the row's number through a subquery
select x.rowid from (select * from customers) x

-- the largest row's number
select max(rowid) from orders

-- the denied as a quoted text that is no column
select id, "salary" from employees order by id

-- the denied in single quotes
select id, 'salary' from employees order by id

-- a masked column in double quotes, compared
select id from customers where "email" = "ada@one.example" order by id

-- the denied through a bare column
select max(id), salary from employees

-- a bare column of a hidden row
select max(amount), id, status from orders

-- the denied by min beside
select name, min(salary) from employees

-- the denied by JSON's object
select json_group_object(name, salary) from employees

-- the denied by JSON of a row
select json_object('s', ssn) from customers

-- the denied by printf's pieces
select printf('%.1s', ssn) from customers

-- the denied by a partial index's words
select id from customers where ssn is not null order by id

-- the denied in a collated order
select id from customers order by ssn collate nocase, id

-- the denied by a row value
select id from customers where (ssn, id) > ('3', 0) order by id

-- the denied by in with a table
select id from customers where ssn in customers

-- hidden rows by in with a table's name
select id from employees where id in main.customers

-- hidden rows by a table-valued function of a name
select * from customers('x')

-- hidden rows by a full join with nothing
select c.id from (select 1 as z) z full join customers c on 0 order by c.id

-- hidden rows by total changes of an order
select id from orders order by random(), id limit 0

-- hidden rows by nth_value
select nth_value(id, 5) over (order by id rows between unbounded preceding and unbounded following) from customers

-- hidden rows by a limit that is computed
select id from employees order by id limit (select count(*) from orders) - 5

-- hidden rows by an offset that is computed
select id from employees order by id limit 1 offset (select count(*) from customers where id = 2)

-- error: JSON from the data
select id from readings where json_valid(label) or json(label) order by id

-- error: JSON by an arrow
select id, label -> '$' from readings order by id

-- error: a path from the data
select id from readings where '{}' ->> ('$' || label) is null order by id

-- error: json_each over the data
select r.id from readings r, json_each(r.label) order by r.id

-- error: absolute of the smallest
select id from orders where abs(-9223372036854775807 - (amount = 640.64)) > 0 order by id

-- error: a sum that overflows by hidden rows
select sum(9223372036854775807 - big) from readings

-- error: a long glob pattern
select id from readings where label glob label order by id

-- error: like with an escape from the data
select id from readings where 'a' like 'a' escape label order by id

-- error: a number of a window's frame
select id, sum(id) over (order by id rows (select max(id) from orders) preceding) from orders

-- error: nth_value of zero
select id, nth_value(id, amount - 640.64) over (order by id) from orders

-- error: ntile of a hidden value
select id, ntile(amount) over (order by id) from orders

-- error: lag by a hidden value
select id, lag(id, amount) over (order by id) from orders order by id

-- error: a hexadecimal text too large
select id from orders where 0xFFFFFFFFFFFFFFFFF > amount

-- error: unhex
select id, unhex(label) from readings order by id

-- error: a time modifier from the data
select id, date('2025-01-01', label) from readings order by id

-- error: strftime with a format from the data
select id, strftime(label, 'now') is null from readings order by id

-- a CTE named as a policy's table in recursion
with recursive customers(id) as (select 1 union all select id + 1 from customers where id < 3) select o.id from orders o order by o.id

-- a CTE named main
with main as (select 1 as x) select main.customers.id from main.customers order by 1

-- a number with a name attached
select 1from customers

-- an alias without as in odd places
select id ssn from customers order by ssn

-- a keyword as a name
select "order".id from orders as "order" order by 1

-- a comment that never ends
select id from customers order by id /* where

-- a text with a null inside
select 'a' || char(0) || 'b', id from customers order by id

-- blob literals
select x'73736e', id from customers order by id

-- a bound name
select $name, @name, :name, ?5 from customers

-- a unary plus that hides an index
select +id from customers where +region = 'US' order by 1

-- not indexed
select id from customers not indexed where id = 2

-- an index named
select id from customers indexed by sqlite_autoindex_customers_1

-- a double-quoted text that becomes a text
select id from customers where region = "US" order by id

-- refuse: an endless recursion with an offset before its limit
with recursive r(n) as (select 1 union all select n + 1 from r limit 5 offset 1000000000) select max(n) from r

-- refuse: an endless recursion whose limit is computed
with recursive r(n) as (select 1 union all select n + 1 from r limit 5 - 6) select max(n) from r

-- refuse: an endless recursion with a negative limit
with recursive r(n) as (select 1 union all select n + 1 from r limit -1) select max(n) from r

-- a sum that overflows where a hidden row asks for it
select c.id from customers c where not exists (select 1 from (select sum(v.n) over () as w from (select 9223372036854775807 as n union all select 1) v where c.name = 'Hidden Harry') z where z.w = 1)

-- no buckets where a hidden row asks for them
select c.id from customers c where not exists (select 1 from (select ntile(case when c.name = 'Hidden Harry' then 0 else 1 end) over () as w from (select 1 as n) v) z where z.w > 5)

-- a recursion that ends unless a row is there
select c.id from customers c where not exists (with recursive r(n) as (select 1 union all select n from r where c.name = 'Hidden Harry') select 1 from r where n > 5)

-- a sum in a common table that a hidden row asks for
with z as (select sum(v.n) as s from (select 9223372036854775807 as n union all select 1) v) select c.id from customers c where case when c.name = 'Hidden Harry' then exists (select 1 from z) else 1 end
