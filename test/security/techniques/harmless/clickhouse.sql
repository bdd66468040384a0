-- month by month
select toStartOfMonth(created_at) as month, count() as n, sum(amount) as s from orders group by month order by month

-- truncated to a day, a week, a quarter, a year
select toDate(created_at) as d, toMonday(created_at) as w, toStartOfQuarter(created_at) as q, toStartOfYear(created_at) as y from orders order by id

-- date_trunc
select date_trunc('month', created_at) as m, count() as n from orders group by m order by m

-- parts of a time
select id, toYear(created_at), toMonth(created_at), toDayOfMonth(created_at), toDayOfWeek(created_at), toHour(created_at), toISOWeek(created_at) from orders order by id

-- extract
select id, extract(year from created_at) as y, extract(month from created_at) as m from orders order by id

-- intervals
select id, created_at + interval 1 day as a, created_at - interval 2 hour as b, addMonths(created_at, 1) as c, subtractDays(created_at, 3) as d from orders order by id

-- days between
select id, dateDiff('day', created_at, toDateTime64('2025-06-01 00:00:00', 6, 'UTC')) as d, date_diff('hour', created_at, toDateTime64('2025-06-01 00:00:00', 6, 'UTC')) as h from orders order by id

-- a time as text
select id, formatDateTime(created_at, '%Y-%m-%d %H:%i') as t from orders order by id

-- dates from text
select toDate('2025-05-01') as a, toDateTime('2025-05-01 10:00:00', 'UTC') as b, parseDateTimeBestEffortOrNull('2025-05-01 10:00:00', 'UTC') as c

-- year and month as a number
select toYYYYMM(created_at) as m, toYYYYMMDD(created_at) as d from orders order by id

-- intervals of a start
select toStartOfInterval(created_at, interval 7 day) as w, count() as n from orders group by w order by w

-- a calendar by numbers
select toDate('2025-05-01') + number as day from numbers(10) order by day

-- a series of numbers
select number, number * number as square from numbers(1, 10) order by number

-- days filled
select toDate(created_at) as d, count() as n from orders where created_at is not null group by d order by d with fill

-- conditions counted
select countIf(status = 'paid') as paid, sumIf(amount, status = 'open') as s, avgIf(amount, amount > 20) as a, uniqIf(customer_id, amount > 20) as u from orders

-- distinct counts
select uniq(status), uniqExact(customer_id), count(distinct status) from orders

-- quantiles
select quantileExact(0.5)(amount) as m, quantilesExact(0.25, 0.5, 0.75)(amount) as q, median(id) as d from orders

-- argument of the largest
select status, argMax(id, amount) as top, argMin(id, amount) as low from orders where amount is not null group by status order by status

-- groups as arrays
select status, arraySort(groupArray(id)) as ids, arraySort(groupUniqArray(customer_id)) as who from orders group by status order by status

-- any value and the last
select status, any(status) as a, anyLast(status) as l from orders group by status order by status

-- the most frequent
select topK(1)(region) as t from customers where region = 'EU'

-- the sum of a map
select sumMap([1, 2], [10, 20]) as s

-- combinators
select sumOrNull(amount) as s, avgOrDefault(amount) as a, countDistinct(status) as d, maxIf(id, status = 'paid') as m from orders

-- statistics
select round(stddevSamp(toFloat64(amount)), 4) as s, round(varPop(toFloat64(amount)), 4) as v, round(corr(id, customer_id), 4) as c from orders where amount is not null and customer_id is not null

-- arrays
select arrayMap(x -> x * 2, [1, 2, 3]) as a, arrayFilter(x -> x > 1, [1, 2, 3]) as b, arraySum([1, 2, 3]) as c, length([1, 2]) as d, has([1, 2], 2) as e, indexOf(['a', 'b'], 'b') as f

-- more of arrays
select arrayJoin([3, 1, 2]) as x order by x

-- arrays taken apart
select arrayElement([10, 20], 1) as a, [10, 20][2] as b, arraySlice([1, 2, 3], 1, 2) as c, arrayConcat([1], [2]) as d, arrayDistinct([1, 1, 2]) as e, arrayReverse([1, 2]) as f

-- arrays joined to text
select arrayStringConcat(arraySort(groupArray(toString(id))), ', ') as ids from orders

-- an array join
select id, x from (select 1 as id, [10, 20] as xs) array join xs as x order by x

-- a left array join
select id, x from (select 1 as id, emptyArrayUInt8() as xs) left array join xs as x

-- an array join with its place
select x, i from (select ['a', 'b'] as xs) array join xs as x, arrayEnumerate(xs) as i order by i

-- cumulated arrays
select arrayCumSum([1, 2, 3]) as c, arrayZip([1, 2], ['a', 'b']) as z, arrayExists(x -> x = 2, [1, 2]) as e, arrayAll(x -> x > 0, [1]) as l

-- tuples
select (1, 'a') as t, tupleElement((1, 'a'), 2) as e, (id, name).2 as n from employees order by id

-- maps
select map('a', 1, 'b', 2) as m, map('a', 1)['a'] as v, mapKeys(map('a', 1)) as k, mapContains(map('a', 1), 'a') as c

-- multiIf and if
select id, multiIf(amount > 50, 'big', amount > 20, 'middle', 'small') as size, if(status = 'paid', 1, 0) as paid from orders order by id

-- the ternary operator
select id, status = 'paid' ? 'yes' : 'no' as paid from orders order by id

-- nulls
select id, ifNull(amount, 0) as a, coalesce(name_of, 'none') as b, nullIf(status, 'open') as c, isNull(amount) as d, assumeNotNull(id) as e from (select *, null as name_of from orders) t order by id

-- transform
select id, transform(status, ['paid', 'open'], ['P', 'O'], '?') as s from orders order by id

-- text functions
select substring(region, 1, 2), left(region, 1), lengthUTF8(name), position(name, 'd'), reverse(region), upperUTF8(name) from customers order by id

-- padded, trimmed, repeated text
select leftPad(toString(id), 5, '0') as p, trimBoth(' x ') as t, repeat('*', 3) as r from customers order by id

-- concatenation
select concat(name, ' (', region, ')') as a, name || '/' || region as b, concatWithSeparator('-', 'a', 'b') as c from customers order by id

-- split text
select splitByChar(',', 'a,b,c') as a, splitByString('--', 'a--b') as b

-- replaced text
select replaceAll(name, 'a', 'o') as a, replaceOne(name, 'a', 'o') as b, replaceRegexpAll(name, '[aeiou]', '*') as c from customers order by id

-- matched text
select id from customers where match(name, '^A') or name ilike 'f%' order by id

-- starts and ends
select startsWith(region, 'E') as s, endsWith(region, 'U') as e, empty(name) as m, notEmpty(name) as n from customers order by id

-- formatted text
select format('{} of {}', 'a', 'b') as f, formatReadableSize(123456) as s, formatReadableQuantity(1234567) as q

-- numbers
select 17 % 5, intDiv(17, 5), 17 / 5, round(3.14159, 2), pow(2, 10), greatest(1, 2), least(1, 2), sqrt(16), log(1), sign(-3), gcd(12, 18), modulo(7, 3)

-- casts
select toInt32('12') + 1 as a, toString(id) as b, toFloat64(amount) as c, cast(id as String) as d, id::Nullable(Int64) as e, toDecimal64(amount, 2) as f from orders order by id

-- casts that may fail
select id, toInt32OrNull(label) as n, toInt32OrZero(label) as z from readings order by id

-- limit by
select status, id from orders order by status, id limit 2 by status

-- limit with a comma, and ties
select id from orders order by id limit 1, 2

-- limit with ties
select status from orders order by status limit 2 with ties

-- totals
select status, count() as n from orders group by status with totals order by status

-- rollup and cube
select status, customer_id, count() as n from orders group by status, customer_id with rollup order by status, customer_id, n

-- cube
select status, customer_id, count() as n from orders group by cube(status, customer_id) order by status, customer_id, n

-- grouping sets
select status, customer_id, count() as n from orders group by grouping sets ((status), (customer_id)) order by status, customer_id, n

-- star that excepts and replaces
select * except (created_at) replace (amount * 2 as amount) from orders order by id

-- columns by a pattern
select columns('^(id|status)$') from orders order by id

-- reused alias
select amount * 2 as twice, twice + 1 as more from orders order by id

-- an expression in WITH
with 50 as threshold select id from orders where amount > threshold order by id

-- a subquery in WITH
with (select max(id) from orders) as top select id, top from orders order by id

-- an array in WITH
with [1, 3, 5] as wanted select id from customers where has(wanted, id) order by id

-- in a tuple
select id from orders where (customer_id, status) in ((1, 'paid'), (3, 'void')) order by id

-- an any join
select c.id, o.status from customers c any left join (select customer_id, min(status) as status from orders group by customer_id) o on o.customer_id = c.id order by c.id

-- semi and anti joins
select c.id from customers c left anti join orders o on o.customer_id = c.id order by c.id

-- an asof join
select r.id, o.id as oid from (select * from readings where at is not null) r asof join (select assumeNotNull(created_at) as t, id, customer_id from orders where created_at is not null) o on o.customer_id = r.customer_id and assumeNotNull(r.at) >= o.t order by r.id

-- using
select id, o.amount from orders o join (select toNullable(toInt32(10)) as id) v using (id) order by id

-- prewhere
select id from orders prewhere status = 'paid' where amount > 20 order by id

-- qualify
select id, status from orders qualify row_number() over (partition by status order by id) = 1 order by id

-- lag in a frame
select id, lagInFrame(id, 1, 0) over (order by id rows between unbounded preceding and unbounded following) as l, leadInFrame(id) over (order by id rows between unbounded preceding and unbounded following) as n from orders order by id

-- running difference by windows
select id, amount - any(amount) over (order by id rows between 1 preceding and 1 preceding) as d from orders order by id

-- distinct on
select distinct on (status) status, id from orders order by status, id

-- JSON read
select JSONExtractString('{"a": "x"}', 'a') as a, JSONExtractInt('{"n": 4}', 'n') as n, JSONHas('{"a": 1}', 'a') as h, JSONLength('[1, 2]') as l

-- simple JSON
select JSON_VALUE('{"a": {"b": "x"}}', '$.a.b') as v, toJSONString(map('a', 1)) as j

-- checksums
select hex(MD5(assumeNotNull(name))) as m, cityHash64(name) as c, lower(hex(SHA256(assumeNotNull(name)))) as s from customers where name is not null order by id

-- bits
select bitAnd(5, 3) as a, bitOr(5, 3) as o, bitShiftLeft(1, 4) as s, toUInt8(255) as u

-- a recursive hierarchy
with recursive t as (select id, name, toInt32(0) as depth from employees where id = 2 union all select e.id, e.name, t.depth + 1 from employees e join t on e.manager_id = t.id) select id, name, depth from t order by depth, id

-- values
select * from values('id Int32, label String', (1, 'a'), (2, 'b')) order by id

-- a union with distinct rows
select id from orders union distinct select id from customers order by id

-- logical functions
select id, and(id > 1, id < 5) as a, or(id = 1, id = 2) as o, not(id = 1) as n, xor(id = 1, id = 2) as x from customers order by id

-- a histogram by a bar
select status, bar(count(), 0, 10, 10) as b from orders group by status order by status

-- a funnel by conditions
select customer_id, countIf(status = 'open') > 0 as opened, countIf(status = 'paid') > 0 as paid from orders group by customer_id order by customer_id

-- unicode
select 'Grüße, 世界' as greeting, id from customers where name = 'Çelik' order by id
