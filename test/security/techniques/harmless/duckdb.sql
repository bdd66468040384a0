-- month by month
select date_trunc('month', created_at) as month, count(*) as n, sum(amount) as s from orders group by all order by all

-- a time as text
select id, strftime(created_at, '%Y-%m-%d') as d from orders order by id

-- parts of a time
select id, year(created_at), month(created_at), day(created_at), dayofweek(created_at), quarter(created_at), hour(created_at), week(created_at) from orders order by id

-- extract
select id, extract('year' from created_at) as y, date_part('month', created_at) as m from orders order by id

-- intervals
select id, created_at + interval 1 day as a, created_at - interval '2 hours' as b from orders order by id

-- days between
select id, date_diff('day', created_at, timestamp '2025-06-01') as d, datediff('month', created_at, timestamp '2025-06-01') as m from orders order by id

-- the last day of a month
select id, last_day(created_at) as d, dayname(created_at) as n, monthname(created_at) as m from orders order by id

-- a date from parts and text
select make_date(2025, 5, 1) as a, strptime('01.05.2025', '%d.%m.%Y') as b, date '2025-05-01' + 7 as c

-- a calendar of days
select d.day, count(o.id) as n from (select unnest(generate_series(date '2025-05-01', date '2025-05-10', interval 1 day))::date as day) d left join orders o on o.created_at::date = d.day group by d.day order by d.day

-- a series of numbers
select n from generate_series(1, 10) as t(n) order by n

-- a range with a step
select range as n from range(0, 100, 10) order by n

-- the median
select median(amount) as m, quantile_cont(amount, 0.9) as p90, quantile_disc(amount, [0.25, 0.75]) as q from orders

-- a percentile within a group
select percentile_cont(0.5) within group (order by amount) as m from orders

-- the most frequent value
select mode(status) as m from orders where status = 'paid'

-- filtered aggregates
select count(*) filter (where status = 'paid') as paid, count_if(amount > 50) as big, sum(amount) filter (amount > 50) as s from orders

-- rollup
select status, customer_id, sum(amount) as s from orders group by rollup (status, customer_id) order by status nulls last, customer_id nulls last, s nulls last

-- cube
select status, customer_id, count(*) as n from orders group by cube (status, customer_id) order by 1 nulls first, 2 nulls first, 3

-- grouping sets with grouping_id
select status, customer_id, grouping_id(status, customer_id) as g, sum(amount) as s from orders group by grouping sets ((status), (customer_id), ()) order by g, status, customer_id

-- texts joined
select status, string_agg(id::varchar, ', ' order by id desc) as ids from orders group by status order by status

-- listagg
select listagg(name, '; ' order by id) as names from customers

-- a list in order
select status, list(id order by id) as ids, array_agg(amount order by id) as amounts from orders group by status order by status

-- the first of a list
select status, list(id order by id)[1] as first_id, first(id order by id) as f, last(id order by id) as l from orders group by status order by status

-- argument of the largest
select status, arg_max(id, amount) as top, max_by(id, amount) as again, arg_min(id, amount) as low from orders group by status order by status

-- the largest n
select max(id, 3) as top_three from orders

-- list functions
select list_contains([1, 2, 3], 2) as a, len([1, 2]) as b, list_sort([3, 1, 2]) as c, list_sum([1, 2]) as d, array_length([1, 2]) as e, list_distinct([1, 1]) as f

-- a list comprehension
select [x * 2 for x in [1, 2, 3] if x > 1] as doubled

-- a lambda
select list_transform([1, 2, 3], lambda x: x + 1) as plus, list_filter([1, 2, 3], lambda x: x > 1) as big

-- a list unnested
select unnest([3, 1, 2]) as x order by x

-- slices
select [1, 2, 3, 4][2:3] as s, 'abcdef'[2:4] as t

-- structs
select {'id': id, 'name': name} as s from customers order by id

-- a field of a struct
select s.name as n from (select {'id': id, 'name': name} as s from customers) t order by s.id

-- struct_pack and struct_extract
select struct_extract(struct_pack(a := 1, b := 'x'), 'b') as b

-- maps
select map {'a': 1, 'b': 2}['a'] as a, map_keys(map {'a': 1}) as k, cardinality(map {'a': 1}) as n

-- JSON objects
select json_object('id', id, 'name', name) as j from customers order by id

-- JSON read
select j ->> '$.a' as a, j -> 'b' as b, json_extract_string(j, '$.a') as c from (select '{"a": "x", "b": [1]}'::json as j) t

-- JSON aggregated
select json_group_array(id) as ids from (select id from orders order by id) t

-- to JSON
select to_json({'a': 1, 'b': [1, 2]}) as j, json_array(1, 'a') as l, json_array_length('[1, 2]') as n

-- a row as JSON
select to_json(e) as j from employees e order by e.id

-- qualify
select id, status from orders qualify row_number() over (partition by status order by id) <= 2 order by id

-- qualify with a name
select id, rank() over (order by status) as r from orders qualify r = 1 order by id

-- distinct on
select distinct on (status) status, id from orders order by status, id desc

-- a named window with a frame
select id, avg(amount) over w as m from orders window w as (order by id rows between 2 preceding and current row) order by id

-- a range of days
select id, count(*) over (order by created_at range between interval 2 days preceding and current row) as n from orders where created_at is not null order by id

-- lag that ignores nulls
select id, lag(amount ignore nulls) over (order by id) as l from orders order by id

-- star that excludes and replaces
select * exclude (created_at) replace (amount * 2 as amount) from orders order by id

-- star that renames
select * rename (id as order_id) from orders order by order_id

-- columns by a pattern
select columns('^(id|status)$') from orders order by id

-- columns in an aggregate
select min(columns(['id', 'amount'])) from orders

-- group by all
select status, customer_id % 2 as odd, count(*) as n from orders group by all order by all

-- from first
from orders select status, count(*) as n group by status order by status

-- from alone
from orders order by id

-- alias before the expression
select n: count(*), s: status from orders group by s order by s

-- reused alias
select amount * 2 as twice, twice + 1 as more from orders order by id

-- alias in where and group by
select amount > 50 as big, count(*) as n from orders where big is not null group by big order by big

-- a pivot
pivot orders on status in ('paid', 'open') using sum(amount) group by customer_id order by customer_id

-- an SQL pivot
select * from (select customer_id, status, amount from orders) pivot (sum(amount) for status in ('paid', 'open')) order by customer_id

-- an unpivot
select * from (select 1 as id, 10 as a, 20 as b) unpivot (value for name in (a, b)) order by name

-- summed columns of values
select sum(x) as s from (values (1), (2), (3)) as v(x)

-- lateral top two
select c.id, t.oid from customers c, lateral (select o.id as oid from orders o where o.customer_id = c.id order by o.id limit 2) t order by 1, 2

-- a semi join
select c.id from customers c semi join orders o on o.customer_id = c.id order by c.id

-- an asof join
select r.id, o.id as oid from readings r asof join orders o on o.customer_id = r.customer_id and r.at >= o.created_at order by r.id

-- a positional join
select a.x, b.y from (values (1), (2)) as a(x) positional join (values ('a'), ('b')) as b(y) order by a.x

-- union by name
select id, status from orders union all by name select id, name as status from customers order by 1, 2

-- text functions
select left(name, 2), right(name, 2), reverse(name), length(name), strpos(name, 'd'), contains(name, 'd'), starts_with(name, 'A') from customers order by id

-- padded and split text
select lpad(id::varchar, 5, '0'), string_split('a,b,c', ','), split_part('a-b', '-', 2), concat_ws('/', name, region) from customers order by id

-- replaced by a pattern
select regexp_replace(name, '[aeiou]', '*', 'g') as n, regexp_matches(name, '^A') as m, regexp_extract(name, '([A-Z])', 1) as e from customers order by id

-- formatted text
select format('{} of {}', 'a', 'b') as f, printf('%05d', 42) as p

-- ilike
select id from customers where name ilike 'ad%' order by id

-- is distinct from
select id from customers where name is distinct from 'Ada' order by id

-- nulls in order
select id, amount from orders order by amount desc nulls last, id

-- casts that may fail
select id, try_cast(label as integer) as n from readings order by id

-- casts
select '12'::integer + 1 as a, cast('2025-01-01' as date) as b, 1.5::decimal(10, 2) as c, true::integer as d

-- numbers
select 17 % 5, 17 // 5, 17 / 5, round(3.14159, 2), 2 ** 10, greatest(1, 2, 3), least(1, 2), sqrt(16), ln(1), gcd(12, 18)

-- statistics
select round(stddev(amount), 4) as s, round(var_pop(amount), 4) as v, round(corr(id, customer_id), 4) as c from orders

-- a histogram
select histogram(status) as h from orders

-- a bar
select status, bar(count(*), 0, 10, 10) as b from orders group by status order by status

-- logic aggregates
select bool_and(flag) as a, bool_or(flag) as o from readings

-- approximate counts
select approx_count_distinct(status) > 0 as some from orders

-- a hierarchy with its path
with recursive t(id, name, path) as (select id, name, [id] from employees where id = 2 union all select e.id, e.name, list_append(t.path, e.id) from employees e join t on e.manager_id = t.id) select * from t order by path

-- ifnull, if and nullif
select id, ifnull(amount, 0) as a, if(amount > 50, 'big', 'small') as b, nullif(status, 'open') as c from orders order by id

-- any value
select status, any_value(status) as s from orders group by status order by status

-- order by all
select status, id from orders order by all

-- limit in percent
select count(*) as n from (select id from orders order by id limit 50%) t

-- a text with everything
select 'Grüße, 世界 🎉' as greeting, id from customers where name = 'Çelik' order by id

-- underscores in numbers
select 1_000_000 as million

-- a checksum
select md5(name) as m, sha256(name) as s from customers order by id

-- epoch
select epoch(timestamp '2025-01-01') as e, epoch_ms(0) as z

-- time buckets
select time_bucket(interval '7 days', created_at) as week, count(*) as n from orders group by week order by week
