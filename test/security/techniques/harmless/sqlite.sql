-- month by month
select strftime('%Y-%m', created_at) as month, count(*) as n, sum(amount) as s from orders group by month order by month

-- the day of an order
select date(created_at) as day, count(*) from orders group by day order by day

-- days between
select id, julianday('2025-06-01') - julianday(created_at) as days from orders order by id

-- whole days between
select id, cast(julianday('2025-06-01') - julianday(date(created_at)) as integer) as days from orders order by id

-- dates with modifiers
select date(created_at, 'start of month', '+1 month', '-1 day') as last_day, datetime(created_at, '+2 hours') as later from orders order by id

-- weekday and week
select id, strftime('%w', created_at) as dow, strftime('%W', created_at) as week, strftime('%j', created_at) as doy from orders order by id

-- unix time
select id, unixepoch(created_at) as seconds, datetime(0, 'unixepoch') as zero from orders order by id

-- a time alone
select id, time(created_at) as t from orders order by id

-- the last thirty days before a fixed day
select id from orders where created_at >= date('2025-05-10', '-30 days') order by id

-- a calendar of days
with recursive d(day) as (select '2025-05-01' union all select date(day, '+1 day') from d where day < '2025-05-10') select d.day, count(o.id) from d left join orders o on date(o.created_at) = d.day group by d.day order by d.day

-- a series of numbers
with recursive n(x) as (values (1) union all select x + 1 from n where x < 10) select x, x * x as square from n order by x

-- a hierarchy with its path
with recursive t(id, name, path) as (select id, name, cast(id as text) from employees where id = 2 union all select e.id, e.name, t.path || '/' || e.id from employees e join t on e.manager_id = t.id) select * from t order by path

-- iif and ifnull
select id, iif(amount > 50, 'big', 'small') as size, ifnull(amount, 0) as a, nullif(status, 'open') as s from orders order by id

-- conditions as numbers
select sum(status = 'paid') as paid, sum(amount > 50) as big, total(amount) as t from orders

-- filtered aggregates
select count(*) filter (where status = 'paid') as paid, sum(amount) filter (where amount > 50) as big from orders

-- texts joined
select customer_id, group_concat(id, ', ' order by id) from orders group by customer_id order by customer_id

-- texts joined by string_agg
select string_agg(name, '; ' order by id) from customers

-- distinct texts joined
select group_concat(distinct region) from customers where region = 'EU'

-- text functions
select substr(name, 2), substring(name, 1, 2), instr(name, 'd'), length(name), unicode('A'), char(65, 66) from customers order by id

-- trimmed text
select trim('  x '), ltrim('xxa', 'x'), rtrim('axx', 'x'), replace(region, 'E', 'e') from customers order by id

-- formatted text
select printf('%05d', id), format('%.2f', amount) from orders order by id

-- concatenation
select id, name || ' (' || region || ')', concat(name, region), concat_ws(' / ', name, region) from customers order by id

-- glob with a constant
select id from customers where name glob 'A*' order by id

-- like with an escape
select id from readings where label like '%!%%' escape '!' order by id

-- compared without case
select id from customers where name = 'ADA' collate nocase order by id

-- ordered without case
select id, name from customers order by name collate nocase, id

-- numbers
select 17 % 5, 17 / 5, 17.0 / 5, round(3.14159, 2), abs(-4), max(1, 2, 3), min(1, 2), sign(-3)

-- mathematical functions
select sqrt(16), power(2, 10), floor(3.7), ceil(3.2), mod(17, 5), exp(0), ln(1), log10(100), pi() > 3

-- casts
select cast('12' as integer) + 1, cast(amount as text), cast('3.5x' as real), typeof(amount) from orders order by id

-- is and is not
select id from customers where name is 'Ada' or name is not null and region is 'EU' order by id

-- is distinct from
select id from customers where name is distinct from 'Ada' order by id

-- isnull and notnull
select id from customers where name isnull or created_at notnull order by id

-- nulls in order
select id, amount from orders order by amount desc nulls last, id

-- limit with a comma
select id from orders order by id limit 1, 2

-- brackets, quotes and backticks
select [c].[id] as "Customer Id", `c`.`name` as 'Full name' from [customers] as c order by 1

-- values in FROM
select * from (values (1, 'a'), (2, 'b')) order by 1

-- values as a common table
with v(code, label) as (values ('EU', 'Europe'), ('US', 'America')) select c.id, v.label from customers c join v on v.code = c.region order by c.id

-- a full join
select c.id, e.id as keeper from customers c full join employees e on e.id = c.id order by c.id, e.id

-- a right join
select c.id, e.id as keeper from employees e right join customers c on c.id = e.id order by c.id

-- using
select id, o.amount from orders o join (select 10 as id union all select 12) v using (id) order by id

-- natural join
select * from orders natural join (select 10 as id) v

-- a comma join
select c.id, o.id as order_id from customers c, orders o where o.customer_id = c.id order by o.id

-- JSON objects
select json_object('id', id, 'name', name) from customers order by id

-- JSON aggregated
select json_group_array(id order by id) as ids from orders

-- JSON grouped to an object
select json_group_object(status, n) from (select status, count(*) as n from orders group by status order by status)

-- JSON read
select json_extract('{"a": {"b": 5}}', '$.a.b') as b, '{"a": "x"}' ->> 'a' as a, '{"a": [1]}' -> 'a' as l

-- JSON unfolded
select key, value, type from json_each('{"a": 1, "b": [2]}') order by key

-- JSON list unfolded
select value from json_each('[3, 1, 2]') order by value

-- JSON tests
select json_valid('{}'), json_type('[1]'), json_array_length('[1, 2]'), json_array(1, 'a', null), json_quote('x')

-- a bare column beside max
select customer_id, max(amount), id from orders group by customer_id order by customer_id

-- a row compared
select id from orders where (customer_id, status) = (1, 'paid') order by id

-- a row in a list
select id from orders where (customer_id, status) in (values (1, 'paid'), (3, 'void')) order by id

-- exists in a select list
select id, exists (select 1 from orders o where o.customer_id = c.id) as has from customers c order by id

-- a frame with groups
select id, count(*) over (order by status groups between 1 preceding and current row) as n from orders order by id

-- an excluded row
select id, sum(amount) over (order by id rows between unbounded preceding and unbounded following exclude current row) as s from orders order by id

-- the nth value
select id, nth_value(id, 2) over (partition by status order by id rows between unbounded preceding and unbounded following) as n from orders order by id

-- lag with a default
select id, lag(id, 1, 0) over (order by id) as l from orders order by id

-- a filter in a window
select id, count(*) filter (where status = 'paid') over (order by id) as n from orders order by id

-- the median by window functions
select avg(amount) as median from (select amount, row_number() over (order by amount) as rn, count(*) over () as n from orders where amount is not null) where rn in ((n + 1) / 2, (n + 2) / 2)

-- a materialized common table
with t as materialized (select id, amount from orders) select count(*) from t where amount > 30

-- an expression in limit
select id from orders order by id limit 1 + 1

-- unions, ordered
select id from orders union select id from customers order by 1 desc

-- hexadecimal
select hex(region), quote(name), 0x10 as sixteen from customers order by id

-- coalesce over a scalar subquery
select coalesce((select max(amount) from orders where status = 'nothing'), 0) as most

-- a correlated maximum
select id from orders o where amount = (select max(amount) from orders p where p.customer_id = o.customer_id) order by id

-- likelihood of nothing
select likely(id > 1) as l from orders order by id

-- unicode and emoji
select 'Grüße, 世界' as greeting, id from customers where name = 'Çelik' order by id

-- between dates as texts
select id from orders where created_at between '2025-05-01' and '2025-05-05' order by id

-- a numeric separator of thousands
select id, printf('%,d', id * 1000) from orders order by id

-- grouped by two expressions and counted apart
select strftime('%Y', created_at) as y, status, count(distinct customer_id) from orders group by 1, 2 order by 1, 2

-- a case over a window
select id, case row_number() over (partition by customer_id order by id) when 1 then 'first' else 'again' end as kind from orders order by id

-- double-quoted alias in order by
select count(*) as "how many", status from orders group by status order by "how many" desc, status

-- a recursion that a limit ends
with recursive n(x) as (select 1 union all select x + 1 from n limit 5) select x from n order by x
