-- month by month
select date_format(created_at, '%Y-%m') as month, count(*) as n, sum(amount) as s from orders group by month order by month

-- the day of an order
select date(created_at) as day, count(*) from orders group by date(created_at) order by day

-- the last thirty days before a fixed day
select id from orders where created_at >= date_sub('2025-05-10', interval 30 day) order by id

-- intervals by operators
select id, created_at + interval 1 month as a, created_at - interval 2 hour as b from orders order by id

-- days between
select id, datediff('2025-06-01', created_at) as days from orders order by id

-- parts of a time
select id, year(created_at), quarter(created_at), month(created_at), dayofmonth(created_at), dayofweek(created_at), hour(created_at) from orders order by id

-- extract
select id, extract(year_month from created_at) from orders order by id

-- the last day of a month
select id, last_day(created_at) from orders order by id

-- names of days and months
select id, dayname(created_at), monthname(created_at) from orders order by id

-- week of a year
select id, week(created_at, 3), yearweek(created_at, 3) from orders order by id

-- a date from text
select str_to_date('01.05.2025', '%d.%m.%Y') as d

-- the start of a month
select date_format(created_at, '%Y-%m-01') as start, count(*) from orders group by 1 order by 1

-- timestampadd and timestampdiff
select id, timestampadd(week, 1, created_at) as later, timestampdiff(hour, created_at, '2025-06-01') as hours from orders order by id

-- seconds of a time
select id, time_to_sec(time(created_at)), sec_to_time(3661) from orders order by id

-- if and ifnull
select id, if(amount > 50, 'big', 'small') as size, ifnull(amount, 0) as a, nullif(status, 'open') as s from orders order by id

-- case in a sum
select sum(status = 'paid') as paid, sum(if(status = 'open', amount, 0)) as open_amount from orders

-- texts joined
select customer_id, group_concat(distinct status order by status separator ', ') from orders group by customer_id order by customer_id

-- text functions
select left(name, 2), right(name, 2), reverse(name), char_length(name), locate('d', name), instr(name, 'd') from customers order by id

-- padded text
select lpad(id, 5, '0'), rpad(region, 4, '.') from customers order by id

-- concatenation
select concat(name, ' (', region, ')'), concat_ws(' / ', name, region) from customers order by id

-- part of a text by a separator
select substring_index('a,b,c', ',', 2) as a, substring(name, 2, 3) as b, mid(name, 1, 1) as c from customers order by id

-- replace, insert, repeat
select replace(region, 'E', 'e'), repeat('*', 3), space(2), insert('abcd', 2, 2, 'x') from customers order by id

-- a field's place in a list
select id, field(status, 'open', 'paid', 'void') as place, elt(2, 'a', 'b') as e, find_in_set('b', 'a,b,c') as f from orders order by id

-- order by a list
select id, status from orders order by field(status, 'void', 'open', 'paid'), id

-- formatted numbers
select id, format(amount, 2), round(amount, 1), truncate(amount, 1) from orders order by id

-- numbers
select 17 % 5, mod(17, 5), 17 div 5, pow(2, 10), sqrt(16), sign(-3), greatest(1, 2, 3), least(1, 2), abs(-4)

-- casts
select cast('12' as signed) + 1, cast(amount as char), convert(id, char), cast('2025-01-01' as date) from orders order by id

-- regular expression with a constant
select id from customers where name regexp '^A' order by id

-- replaced by a pattern
select id, regexp_replace(name, '[aeiou]', '*') from customers order by id

-- rollup
select status, customer_id, sum(amount) from orders group by status, customer_id with rollup

-- rollup with a word for the total
select coalesce(status, 'all') as s, count(*) from orders group by status with rollup

-- JSON objects
select json_object('id', id, 'name', name) from customers order by id

-- JSON aggregated
select json_arrayagg(id order by id) from orders

-- JSON read
select json_extract('{"a": {"b": 5}}', '$.a.b') as b, json_unquote(json_extract('{"a": "x"}', '$.a')) as a, json_value('{"a": "x"}', '$.a') as v

-- JSON made of literals
select json_array(1, 'a', null) as a, json_length('[1, 2, 3]') as n, json_contains('[1, 2]', '2') as c, json_valid('{}') as v

-- a recursive calendar
with recursive d as (select date('2025-05-01') as day union all select day + interval 1 day from d where day < '2025-05-10') select d.day, count(o.id) from d left join orders o on date(o.created_at) = d.day group by d.day order by d.day

-- a hierarchy
with recursive t as (select id, name, 0 as depth from employees where id = 2 union all select e.id, e.name, t.depth + 1 from employees e join t on e.manager_id = t.id) select * from t order by depth, id

-- a straight list of values
with v(n) as (values (1), (2), (3)) select n from v order by n

-- limit with offset
select id from orders order by id limit 2 offset 1

-- limit with a comma
select id from orders order by id limit 1, 2

-- the median by window functions
select avg(amount) as median from (select amount, row_number() over (order by amount) as rn, count(*) over () as n from orders where amount is not null) t where rn in (floor((n + 1) / 2), ceil((n + 1) / 2))

-- the median function
select distinct status, median(amount) over (partition by status) as m from orders order by status

-- percentile as a window
select distinct percentile_cont(0.5) within group (order by amount) over () as m from orders

-- statistics
select round(std(amount), 4), round(variance(amount), 4), round(stddev_samp(amount), 4), bit_or(id) from orders

-- null-safe equality
select id from customers where name <=> null or region <=> 'EU' order by id

-- not equal in two ways
select id from orders where status != 'paid' and status <> 'void' order by id

-- xor
select id from orders where (status = 'paid') xor (amount > 50) order by id

-- is true
select id from readings where flag is true order by id

-- is not null and is unknown
select id from readings where (flag and big > 0) is unknown order by id

-- a right join
select c.id, e.id as keeper from employees e right join customers c on c.id = e.id order by c.id

-- using
select id, o.amount from orders o join (select 10 as id union all select 12) v using (id) order by id

-- natural join
select * from orders natural join (select 10 as id) v

-- an inner join with a comma
select c.id, o.id as order_id from customers c, orders o where o.customer_id = c.id order by o.id

-- straight quotes in names
select `c`.`id` as `Customer Id`, `c`.`name` as `Full name` from `customers` as `c` order by `Customer Id`

-- exists in a select list
select id, exists (select 1 from orders o where o.customer_id = c.id) as has from customers c order by id

-- a subquery compared with any and all
select id from orders where amount >= all (select amount from orders where amount is not null) order by id

-- a row compared
select id from orders where (customer_id, status) in ((1, 'paid'), (3, 'void')) order by id

-- a derived table in a derived table
select * from (select s, sum(n) as n from (select status as s, 1 as n from orders) x group by s) y order by s

-- first and last value
select id, first_value(id) over (partition by status order by id) as f, nth_value(id, 2) over (partition by status order by id) as second_one from orders order by id

-- lag with an offset
select id, lag(id, 2) over (order by id) as l from orders order by id

-- a checksum
select md5(name), sha2(name, 256), crc32(name) from customers order by id

-- hexadecimal
select hex(region), bin(5), conv('ff', 16, 10) from customers order by id

-- unix time
select from_unixtime(0) is not null as a, unix_timestamp('2025-01-01 00:00:00') > 0 as b

-- coalesce of dates
select id, coalesce(created_at, '2000-01-01') as at from customers order by id

-- least of dates
select least(min(created_at), '2025-01-01') from orders

-- union with a limit inside
(select id from orders order by id limit 2) union all (select id from customers order by id limit 2) order by 1

-- intersect
select id from customers intersect select customer_id from orders order by 1

-- a histogram
select status, repeat('*', count(*)) as bar from orders group by status order by status

-- cast of a time to a date in a join
select r.id, o.id as order_id from readings r join orders o on date(o.created_at) < r.day and o.customer_id = r.customer_id order by r.id, o.id

-- unicode and emoji
select 'Grüße, 世界' as greeting, id from customers where name = 'Çelik' order by id

-- ifnull over a scalar subquery
select ifnull((select max(amount) from orders where status = 'nothing'), 0) as most

-- expressions of a subquery behind an outer join, compared with null
select x.id, t.a from readings x left join (select coalesce(r.label, 'n') as a, r.id from orders o join readings r on r.customer_id = o.customer_id where r.id + 0 > 3) t on t.id = x.id where t.a is not null order by x.id, t.a

-- a common table's expressions before a right join, compared with null
with t as (select coalesce(r.label, 'n') as a, r.id from orders o join readings r on r.customer_id = o.customer_id where r.id + 0 > 3) select x.id, t.a from t right join readings x on t.id = x.id where t.a is null order by x.id

-- a subquery in a subquery behind outer joins, its expression compared with null
select x.id, u.a from readings x left join (select t.a, t.id from (select coalesce(r.label, 'n') as a, r.id from orders o join readings r on r.customer_id = o.customer_id where r.id + 0 > 3) t) u on u.id = x.id where not (u.a is null) order by x.id, u.a
