-- month by month with a truncated date
select date_trunc('month', created_at)::date as month, count(*) from orders group by 1 order by 1

-- the last thirty days before a fixed day
select id from orders where created_at >= timestamp '2025-05-10' - interval '30 days' order by id

-- age between two times
select id, age(timestamp '2025-06-01', created_at) from orders order by id

-- days between two dates
select id, date '2025-07-01' - day as days from readings order by id

-- parts of a time
select id, extract(dow from created_at) as dow, extract(hour from created_at) as hour, date_part('month', created_at) as month from orders order by id

-- a time as text
select id, to_char(created_at, 'YYYY-MM-DD HH24:MI') from orders order by id

-- a number as text
select id, to_char(amount, 'FM999990.00') from orders order by id

-- a date from text
select to_date('2025-05-01', 'YYYY-MM-DD') as d, to_timestamp('2025-05-01 10:00', 'YYYY-MM-DD HH24:MI')::timestamp as t

-- a date from parts
select make_date(2025, 5, 1) as d, make_interval(days => 10) as i

-- a time in another zone
select id, moment at time zone 'Europe/Berlin' from readings order by id

-- a calendar of days with what was ordered
select d::date as day, count(o.id) from generate_series(date '2025-05-01', date '2025-05-10', interval '1 day') d left join orders o on o.created_at::date = d::date group by 1 order by 1

-- a series of numbers
select n from generate_series(1, 10) n order by n

-- a series with a step
select n, n * n as square from generate_series(0, 100, 10) as g(n) order by n

-- the median
select percentile_cont(0.5) within group (order by amount) as median from orders

-- several percentiles
select status, percentile_disc(array[0.25, 0.5, 0.75]) within group (order by amount) from orders group by status order by status

-- the most frequent value
select mode() within group (order by status) from orders

-- filtered aggregates
select count(*) filter (where status = 'paid') as paid, sum(amount) filter (where amount > 50) as big from orders

-- rollup
select status, customer_id, sum(amount) from orders group by rollup (status, customer_id) order by status nulls last, customer_id nulls last, sum(amount) nulls last

-- cube
select status, customer_id, count(*) from orders group by cube (status, customer_id) order by 1 nulls first, 2 nulls first, 3

-- grouping sets with grouping()
select status, customer_id, grouping(status, customer_id) as g, sum(amount) from orders group by grouping sets ((status), (customer_id), ()) order by g, status, customer_id

-- texts joined in order
select status, string_agg(id::text, ', ' order by id desc) from orders group by status order by status

-- an array in order
select status, array_agg(id order by id) from orders group by status order by status

-- the first of an array
select status, (array_agg(id order by amount desc nulls last, id))[1] as top from orders group by status order by status

-- an array unnested
select x from unnest(array[3, 1, 2]) as x order by x

-- unnested with its place
select x, place from unnest(array['a', 'b', 'c']) with ordinality as t(x, place) order by place

-- array functions
select array_length(array[1, 2, 3], 1) as n, array_position(array['a', 'b'], 'b') as p, array_append(array[1], 2) as a, array_to_string(array['x', 'y'], '-') as s

-- array operators
select array[1, 2] @> array[1] as has, array[1, 2] && array[2, 3] as meets, array[1] || array[2] as both_of_them

-- any and all
select id from orders where status = any (array['paid', 'open']) and amount > all (array[10, 15]) order by id

-- a text split
select split_part(region, 'U', 1) as a, string_to_array('a,b,c', ',') as b from customers order by id

-- text functions
select left(name, 2), right(name, 2), reverse(name), initcap(lower(name)), position('d' in name), char_length(name) from customers order by id

-- padded text
select lpad(id::text, 5, '0'), rpad(region, 4, '.') from customers order by id

-- text taken apart by a pattern
select id, regexp_replace(name, '[aeiou]', '*', 'g') as n, substring(name from 1 for 3) as s from customers order by id

-- matched without case
select id from customers where name ~* '^a' order by id

-- similar to
select id from customers where name similar to '(Ada|Fumi)%' order by id

-- formatted text
select id, format('%s of %s', name, region) from customers order by id

-- concatenation that skips nulls
select id, concat_ws(' / ', name, region), name || ' (' || region || ')' from customers order by id

-- translate and ascii
select translate(region, 'EU', 'eu'), ascii(region), chr(65) from customers order by id

-- JSON objects
select json_build_object('id', id, 'name', name) from customers order by id

-- JSON aggregated
select jsonb_agg(jsonb_build_object('id', id, 'amount', amount) order by id) from orders

-- JSON read
select j ->> 'a' as a, j -> 'b' ->> 0 as b, (j ->> 'n')::int + 1 as n from (select '{"a": "x", "b": ["y"], "n": 4}'::jsonb as j) t

-- JSON unfolded
select key, value from jsonb_each_text('{"a": "1", "b": "2"}') order by key

-- JSON tests
select '{"a": 1}'::jsonb ? 'a' as has, '{"a": 1, "b": 2}'::jsonb @> '{"a": 1}' as contains, jsonb_typeof('[1]'::jsonb) as kind

-- an object by key
select jsonb_object_agg(status, n order by status) from (select status, count(*) as n from orders group by status) t

-- the top two of each customer by a lateral join
select c.id, t.id as order_id from customers c cross join lateral (select o.id from orders o where o.customer_id = c.id order by o.amount desc nulls last, o.id limit 2) t order by c.id, t.id

-- lateral with an expression
select o.id, x.gross from orders o cross join lateral (select o.amount * 1.19 as gross) x order by o.id

-- distinct on with the latest
select distinct on (customer_id) customer_id, id, created_at from orders order by customer_id, created_at desc, id desc

-- is distinct from
select id from customers where name is distinct from 'Ada' order by id

-- nulls in order
select id, amount from orders order by amount desc nulls last, id

-- limit with ties
select id, status from orders order by status fetch first 2 rows with ties

-- offset and fetch
select id from orders order by id offset 1 row fetch next 2 rows only

-- values joined
select c.id, v.label from customers c join (values ('EU', 'Europe'), ('US', 'America')) as v(code, label) on v.code = c.region order by c.id

-- a materialized common table
with t as materialized (select id, amount from orders) select count(*) from t where amount > 30

-- a hierarchy with its path
with recursive t as (select id, name, array[id] as path from employees where id = 2 union all select e.id, e.name, t.path || e.id from employees e join t on e.manager_id = t.id) select id, name, path from t order by path

-- a factorial
with recursive f(n, v) as (select 1, 1 union all select n + 1, v * (n + 1) from f where n < 6) select n, v from f order by n

-- a range frame with groups
select id, count(*) over (order by status groups between 1 preceding and current row) from orders order by id

-- an excluded row
select id, sum(amount) over (order by id rows between unbounded preceding and unbounded following exclude current row) from orders order by id

-- the nth value
select id, nth_value(id, 2) over (partition by status order by id rows between unbounded preceding and unbounded following) from orders order by id

-- lag with a default
select id, lag(id, 1, 0) over (order by id) from orders order by id

-- statistics
select round(stddev_samp(amount), 2), round(var_pop(amount), 2), round(corr(id, customer_id)::numeric, 4) from orders

-- logic aggregates
select bool_and(flag), bool_or(flag), every(flag is not null) from readings

-- numbers
select mod(17, 5), power(2, 10), sqrt(16), trunc(3.789, 1), sign(-3), div(17, 5), greatest(1, 2, 3), least(1, 2), width_bucket(5, 0, 10, 5), gcd(12, 18)

-- logarithms of what is positive
select ln(2.718281828), log(100), exp(0)

-- buckets of amounts
select width_bucket(amount, 0, 200, 4) as bucket, count(*) from orders where amount is not null group by bucket order by bucket

-- using and natural names
select id, o.amount from orders o join (values (10), (12)) as v(id) using (id) order by id

-- a row compared
select id from orders where (customer_id, status) = (1, 'paid') order by id

-- a row in a list
select id from orders where (customer_id, status) in ((1, 'paid'), (3, 'void')) order by id

-- a table once more with all columns
select t.* from (table orders) t order by id

-- casts in several ways
select cast('12' as integer) + 1, '3.5'::numeric * 2, '2025-01-01'::date + 7, 'true'::boolean, 12::text || 'x', 1.5::float8

-- overlapping periods
select (date '2025-01-01', date '2025-02-01') overlaps (date '2025-01-15', date '2025-03-01') as o

-- a range of dates
select daterange('2025-01-01', '2025-02-01') @> day as within from readings order by id

-- coalesce on a left join with totals
select coalesce(status, 'all') as s, count(*) from orders group by rollup (status) order by grouping(status), s

-- quoted names
select "c"."id" as "Customer Id", "c"."name" as "Full name" from "customers" as "c" order by "Customer Id"

-- dollar-quoted text
select $$it's$$ as t, id from customers order by id

-- unicode and emoji
select 'Grüße, 世界' as greeting, id from customers where name = 'Çelik' order by id

-- a histogram as text
select status, repeat('*', count(*)::int) as bar from orders group by status order by status

-- a checksum
select md5(name) from customers order by id

-- weekends by the ISO day
select id from orders where extract(isodow from created_at) in (6, 7) order by id

-- a century and a millennium
select extract(century from created_at) as c, extract(millennium from created_at) as m from orders order by id
