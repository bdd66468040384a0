-- refuse: outfile in a union
select 1 union select ssn from customers into outfile '/tmp/a'

-- refuse: into variables in the middle
select ssn into @a from customers limit 1

-- refuse: load_file in a subquery
select * from (select load_file('/etc/passwd')) t

-- refuse: load_file in hexadecimal
select hex(load_file(0x2f6574632f706173737764))

-- refuse: a user variable in a condition
select id from customers where (@a := id) > 0

-- refuse: a user variable that sums rows
select id, @s := @s + amount from orders, (select @s := 0) x

-- refuse: a session variable
select @@session.sql_mode

-- refuse: a global variable with a comment
select @@/**/global.secure_file_priv

-- refuse: a variable's quotes
select @`a`

-- refuse: extractvalue with an error
select extractvalue(rand(), concat(0x7e, version()))

-- refuse: updatexml with an error
select updatexml(1, concat(0x7e, (select name from customers limit 1)), 1)

-- refuse: error by doubled groups
select count(*), concat(version(), floor(rand(0) * 2)) as x from information_schema.tables group by x

-- refuse: name_const
select name_const(version(), 1)

-- refuse: release a lock
select release_lock('a')

-- refuse: is a lock free
select is_free_lock('a')

-- refuse: wait for a position
select master_pos_wait('x', 1)

-- refuse: the processes
select * from information_schema.processlist

-- refuse: statistics of tables
select table_rows from information_schema.tables where table_name = 'customers'

-- refuse: InnoDB's statistics
select * from mysql.innodb_table_stats

-- refuse: column statistics
select * from mysql.column_stats

-- refuse: system views
select * from sys.session

-- refuse: sequences
select nextval(s)

-- refuse: last value
select lastval(s)

-- refuse: previous value
select previous value for s

-- refuse: last insert
select last_insert_id()

-- refuse: row count and found rows
select row_count(), found_rows()

-- refuse: a new short id
select uuid_short()

-- refuse: execute immediate
execute immediate 'select ssn from customers'

-- refuse: a compound statement
begin not atomic select 1; end

-- refuse: a signal
signal sqlstate '45000'

-- refuse: install
install soname 'x'

-- refuse: shutdown
shutdown

-- refuse: flush
flush tables

-- refuse: reset
reset query cache

-- refuse: checksum
checksum table customers

-- refuse: check
check table customers

-- refuse: show columns
show columns from customers

-- refuse: show create
show create table customers

-- refuse: help
help 'select'

-- refuse: xa
xa start 'a'

-- refuse: analyse with rows
analyze format=json select * from customers

-- refuse: describe a statement
desc select ssn from customers

-- refuse: select for update
select id from customers for update

-- refuse: lock in share mode
select id from customers lock in share mode

-- refuse: a cache hint
select sql_no_cache id from customers

-- refuse: calculated found rows
select sql_calc_found_rows id from customers limit 1

-- refuse: a buffer hint
select sql_buffer_result id from customers

-- refuse: an optimizer hint
select /*+ max_execution_time(0) */ id from customers

-- refuse: a statement's settings
set statement max_statement_time = 0 for select 1

-- refuse: limit rows examined
select id from customers limit rows examined 10

-- refuse: procedure in the end
select id from customers procedure analyse(1, 1)

-- refuse: decode with a password
select des_decrypt('x', 'y')

-- refuse: encrypt
select encrypt('x')

-- refuse: passwords
select password('x'), old_password('x')

-- refuse: a service call
select spider_direct_sql('select 1', 't', 'srv "s"')

-- a text compared with zero
select id from customers where name = 0 order by id

-- a text in arithmetic
select id, name + 0 from customers order by id

-- a text as a condition
select id from customers where name order by id

-- a date as a number
select id, created_at + 0 from orders order by id

-- values() of a column
select values(id) from customers

-- a column's default
select default(salary) from employees

-- match against
select id from customers where match (name) against ('Ada')

-- the denied by group_concat with order
select group_concat(name order by salary) from employees

-- the denied by JSON
select json_objectagg(name, salary) from employees

-- the denied by bit functions
select bit_xor(salary) from employees

-- the denied through a partition's order
select id, first_value(id) over (order by salary) from employees

-- the denied by rollup
select count(*) from employees group by salary with rollup

-- the denied in a where of an exists in the list
select exists (select 1 from employees where salary > 90000) as x

-- hidden rows by a straight join
select c.id from employees e straight_join customers c on c.id <> e.id order by 1

-- hidden rows by a row comparison
select id from customers where (id, region) > (1, 'EU') order by id

-- hidden rows by except all
select id from customers except all select id from employees order by 1

-- hidden rows by a derived table's limit
select * from (select id from orders order by amount desc limit 1) x

-- hidden rows by a lateral table
select e.id, x.n from employees e left join lateral (select count(*) as n from orders) x on true order by e.id

-- hidden rows by a partition clause
select id from orders partition (p1)

-- hidden rows of the past
select id from orders for system_time as of timestamp '2025-01-01 00:00:00'

-- error: a number too large
select id from orders where cast(amount * 100000000000000000 as signed) > 0 order by id

-- error: negative unsigned
select id from orders where cast(id as unsigned) - cast(amount as unsigned) > 0 order by id

-- error: a geometry from text
select id from readings where st_geomfromtext(label) is null order by id

-- error: JSON made of text
select id from readings where json_keys(label) is null order by id

-- error: a JSON path from text
select id from readings where json_extract('{}', label) is null order by id

-- error: a pattern from text
select id from readings where 'a' rlike label order by id

-- error: a replaced pattern from text
select id from readings where regexp_replace('a', label, 'b') is not null order by id

-- error: an interval too large
select id from orders where date_add('2025-01-01', interval amount * 10000000 day) is null order by id

-- error: a cotangent
select id from orders where cot(amount - 640.64) > 0 order by id

-- error: exp
select id from orders where exp(amount * 10) > 0 order by id

-- error: pow
select id from orders where pow(10, amount) > 0 order by id

-- error: a subquery of rows behind a case
select id, case when amount > 600 then (select id from employees) else 0 end as x from orders order by id

-- error: uncompress
select id from readings where uncompress(label) is null order by id

-- error: char of a set
select id from readings where convert(label using utf8mb3) is not null order by id

-- error: make_set and export_set
select id, make_set(id, 'a', 'b'), elt(amount, 'a') from orders order by id

-- an executable comment with a version in the future
select id /*!99999999 , ssn */ from customers order by id

-- an executable comment inside of a name
select id from cust/*!omers*/

-- an executable comment that closes a text
select 'a /*! ' , ssn , ' */ ' from customers

-- a comment with a nested one
select /* /*! ssn */ */ id from customers

-- a hash in the middle
select id, #comment
ssn from customers

-- a backslash before a quote
select 'a\' , ssn from customers where ' = 'a

-- a doubled quote with a backslash
select 'a\\' , ssn from customers

-- a double-quoted text
select "a\" , ssn from customers where "

-- another character set
select _gbk'x', id from customers order by id

-- national text
select n'x', id from customers order by id

-- hexadecimal as a name
select 0x73736e, id from customers order by id

-- bits
select b'1', id from customers order by id

-- a name that begins with digits
select 1id from customers

-- an exponent and a name
select 1e1from customers

-- a dot before a name
select id from .customers

-- a name of another database in quotes
select `shop`.`customers`.`ssn` from `shop`.`customers`

-- a name with two dots
select shop.customers.ssn.x from customers

-- null by backslash
select \N, id from customers

-- date literals in braces
select {ts '2025-01-01 00:00:00'}, id from customers

-- an outer join in braces
select c.id from {oj customers c left outer join orders o on o.customer_id = c.id}

-- equal signs and colons
select id from customers where id := 2

-- division that is a comment
select id --1 , ssn from customers
from customers order by id

-- sounds like a guess
select id from customers where name sounds like 'Harry' order by id

-- collation tricks
select id from customers where region collate utf8mb4_general_ci = 'eu' order by id

-- binary of a masked
select id, binary email from customers order by id

-- convert of a masked
select id, convert(email using latin1) from customers order by id

-- a cast of the whole
select cast(customers as char) from customers

-- natural left join with a guess on the denied
select e.id from employees e natural left join (select 52000 as salary) g order by e.id

-- refuse: a list with a subquery behind a name, which brings MariaDB down
with x as (select id, (select min(id) from employees) as least from orders) select 1 from x right join customers c on (x.least, 1) in (select id, 1 from employees)

-- refuse: a list with a subquery, which brings MariaDB down
select 1 from orders o right join customers c on ((select min(id) from employees), 1) in (select id, 1 from employees)

-- a list compared with a subquery
select id from orders where (customer_id, 1) in (select id, 1 from customers)
