-- a denied column beside a common table of one's own with that column
with s as (select 1 as ssn) select customers.ssn from customers, s

-- a denied column found in an outer query
select (select ssn from (select id from orders) x limit 1) from customers

-- a denied column by a name that only the table has, unqualified in a correlated subquery
select id from customers where exists (select 1 from orders where ssn is not null)

-- a denied column by an alias of the table that is a function's name
select count.ssn from customers as count

-- a denied column in a window's frame order
select id, sum(id) over (order by salary rows between 1 preceding and current row) from employees

-- a denied column as the partition
select id, count(*) over (partition by ssn) from customers

-- a denied column by a natural join of the table with itself
select count(*) from customers a natural join customers b

-- a masked column by a natural join with a guess
select c.id from customers c natural join (select 3 as id, 'celik@one.example' as email) g

-- a masked column in an order
select id from customers order by email, id

-- a masked column compared with itself in a set operation
select email from customers intersect select 'ada@one.example'

-- a masked column by its length
select id, length(email) as l from customers order by id

-- a masked column in a case
select id, case when email like 'c%' then 1 else 0 end as x from customers order by id

-- a masked column in count distinct by region
select region, count(distinct email) from customers group by region

-- a masked column turned round by coalesce
select id, coalesce(email, 'none') as e from customers order by id

-- hidden rows by a union with a constant row that is removed
select x.id from (select id from customers union select 2) x order by x.id

-- hidden rows by counting matches of a guessed list
select count(*) from (select 1 as id union all select 2 union all select 4) g join customers c on c.id = g.id

-- hidden rows by an outer join with a guessed list
select g.id, c.name from (select 1 as id union all select 2 union all select 4 union all select 8) g left join customers c on c.id = g.id order by g.id

-- hidden rows by the largest key
select max(id), min(id), count(id), sum(id) from orders

-- hidden rows by the average of keys
select avg(id) from customers

-- hidden rows by a rank that counts them
select id, rank() over (order by id) as r, count(*) over () as n from orders order by id

-- hidden rows by the neighbour in a window
select id, lag(id) over (order by id) as l, lead(id) over (order by id) as n from customers order by id

-- hidden rows by percent rank
select id, percent_rank() over (order by amount) as p from orders order by id

-- hidden rows by a group that only they make
select status, count(*) from orders group by status having count(*) >= 1 order by status

-- hidden rows by having without a group
select 1 as x from orders having count(*) > 8

-- hidden rows by a limit that cuts
select id from orders order by amount desc, id limit 1

-- hidden rows by an offset beyond what is permitted
select id from orders order by id limit 1 offset 7

-- hidden rows by a comparison with all
select id from customers where id >= all (select id from customers) order by id

-- hidden rows by is true of an exists
select case when exists (select 1 from orders where status = 'secret') then 1 else 0 end as x

-- hidden rows through a semi-join of two tables
select c.id from customers c where c.id in (select o.customer_id from orders o where o.amount > 600) order by c.id

-- hidden rows by a join of three with no condition on the middle
select count(*) from customers a, orders o, customers b where a.id <> b.id and o.id > 0

-- hidden rows by a self join on what is null
select a.id, b.id from orders a left join orders b on b.customer_id = a.customer_id and b.id <> a.id where b.id is null order by a.id

-- hidden rows of a table that follows, without the table it follows
select customer_id, count(*) from orders group by customer_id order by customer_id

-- hidden rows by orphans: a key that leads nowhere
select id from orders where customer_id is null order by id

-- hidden rows by a common table that is never read
with x as (select 1 / (amount - 640.64) as y from orders) select id from customers order by id

-- an error in a branch that only hidden rows reach
select id, case when status = 'secret' then 1 / (id - id) else 0 end as x from orders order by id

-- an error behind and
select id from orders where status = 'secret' and 1 / (id - 16) > 0

-- an error behind or
select id from orders where status <> 'secret' or 1 / (id - 16) > 0 order by id

-- an error in a having
select status from orders group by status having max(1 / (amount - 640.64)) > -99999 order by status

-- an error in an aggregate
select sum(1 / (amount - 640.64)) from orders

-- an error in a window
select id, sum(1 / (amount - 640.64)) over (order by id) as s from orders order by id

-- an error in coalesce
select id, coalesce(amount, 1 / (id - 19)) as x from orders order by id

-- an error in an in list
select id from orders where 1 in (1 / (amount - 640.64), 2) order by id

-- an error in between
select id from orders where 1 between 0 and 1 / (amount - 640.64) order by id

-- an error in a like pattern
select id from readings where 'a' like label order by id

-- an error in a join that finds nothing
select c.id from customers c left join orders o on o.customer_id = c.id and 1 / (o.amount - 640.64) > 99999 order by c.id

-- an error in a subquery that is not correlated
select id from customers where id > (select count(*) from orders where 1 / (amount - 640.64) > 0) order by id

-- an error in a limit's place
select id from orders order by case when amount = 640.64 then 1 / (id - id) else id end

-- an error by a sum that grows too large
select sum(big * 1000000000000) from readings

-- an error by a cast of a text that is in a hidden row
select id, cast(label as decimal(10, 2)) as x from readings order by id

-- an error by a scalar subquery of more rows
select id from customers where id = (select customer_id from orders where customer_id = customers.id) order by id

-- an error behind a common table that filters
with own as (select * from orders where status <> 'secret') select id, 1 / (amount - 640.64) as x from own order by id

-- a filter behind a union
select x.id from (select id, amount from orders union all select id, 0 from employees) x where 1 / (x.amount - 640.64) > -99999 order by x.id

-- refuse: a table by another schema's name and quotes
select * from "public2"."customers"

-- refuse: a temporary table
create temporary table t as select * from customers

-- refuse: an index
create index i on customers (ssn)

-- refuse: a trigger
create trigger t after insert on orders begin select 1; end

-- refuse: rename
alter table customers rename to c2

-- refuse: revoke
revoke select on customers from public

-- refuse: rollback
rollback

-- refuse: set a transaction
set transaction read write

-- refuse: a second statement behind a comment
select id from customers -- x
; select 1

-- refuse: a second statement behind an open comment
select id from customers /* ; */ ; drop table orders; -- */

-- refuse: nothing but a semicolon
;

-- refuse: a star of nothing
select * from

-- refuse: a function of the house that nobody knows
select my_own_function(id) from customers

-- refuse: a table of the catalogue under an alias that is permitted
select customers.table_name from information_schema.tables as customers

-- refuse: columns of the catalogue in a subquery
select id from customers where exists (select 1 from information_schema.columns where column_name = 'ssn')

-- refuse: the catalogue in upper case
select * from INFORMATION_SCHEMA.TABLES

-- refuse: the catalogue in a common table
with t as (select * from information_schema.schemata) select count(*) from t
