-- the share of each status in the total
select status, count(*) as n, round(100.0 * count(*) / sum(count(*)) over (), 2) as share from orders group by status order by status

-- revenue of each customer with their rank
select c.id, c.name, sum(o.amount) as revenue, rank() over (order by sum(o.amount) desc) as place from customers c join orders o on o.customer_id = c.id group by c.id, c.name order by place, c.id

-- the latest order of each customer
select customer_id, id, amount from (select customer_id, id, amount, row_number() over (partition by customer_id order by created_at desc, id desc) as rn from orders) t where rn = 1 order by customer_id

-- the difference to the order before
select id, amount, amount - lag(amount) over (order by id) as difference from orders order by id

-- the next order's date
select id, lead(created_at) over (partition by customer_id order by created_at, id) as next_at from orders order by id

-- a moving average of three
select id, avg(amount) over (order by id rows between 2 preceding and current row) as moving from orders order by id

-- quartiles
select id, ntile(4) over (order by amount, id) as quartile from orders order by id

-- first and last value of a partition
select id, first_value(id) over (partition by status order by id) as f, last_value(id) over (partition by status order by id rows between unbounded preceding and unbounded following) as l from orders order by id

-- dense rank with ties
select id, dense_rank() over (order by status) as r from orders order by id, r

-- percent rank
select id, percent_rank() over (order by id) as p, cume_dist() over (order by id) as c from orders order by id

-- a running total within a month
select id, sum(amount) over (partition by status order by id) as running from orders order by id

-- several windows at once
select id, row_number() over (order by id) as a, row_number() over (order by id desc) as b, count(*) over () as n from orders order by id

-- a named window
select id, sum(amount) over w as s, count(*) over w as n from orders window w as (partition by status order by id) order by id

-- a pivot by hand
select customer_id, sum(case when status = 'paid' then amount else 0 end) as paid, sum(case when status = 'open' then amount else 0 end) as open_amount from orders group by customer_id order by customer_id

-- counting by condition
select count(case when amount > 50 then 1 end) as big, count(case when amount <= 50 then 1 end) as small, count(*) as n from orders

-- two common tables joined
with paid as (select customer_id, sum(amount) as s from orders where status = 'paid' group by customer_id), open_ones as (select customer_id, count(*) as n from orders where status = 'open' group by customer_id) select c.id, p.s, o.n from customers c left join paid p on p.customer_id = c.id left join open_ones o on o.customer_id = c.id order by c.id

-- a common table used twice
with t as (select status, sum(amount) as s from orders group by status) select a.status, b.status as other from t a join t b on a.s < b.s order by a.status, b.status

-- three common tables in a chain
with a as (select id, amount from orders where amount is not null), b as (select id, amount * 2 as twice from a), c as (select max(twice) as m from b) select m from c

-- a subquery in the select list
select status, (select max(amount) from orders) as most from orders group by status order by status

-- compared with the average
select id from orders where amount > (select avg(amount) from orders) order by id

-- not in a subquery
select id from customers where id not in (select customer_id from orders where customer_id is not null and status = 'open') order by id

-- in several values
select id from orders where status in ('paid', 'open', 'void') and customer_id in (1, 3, 5, 7) order by id

-- not in values
select id from orders where status not in ('void', 'secret') order by id

-- not between
select id from orders where amount not between 30 and 80 order by id

-- not like
select id from customers where name not like 'A%' order by id

-- like with an underscore
select id from customers where name like '_da' order by id

-- like in the middle, without case
select id from customers where lower(name) like '%d%' order by id

-- a condition with and, or and not
select id from orders where (status = 'paid' or status = 'open') and not (amount < 30) order by id

-- nested case
select id, case when amount is null then 'none' when amount > 50 then case when status = 'paid' then 'big paid' else 'big' end else 'small' end as kind from orders order by id

-- simple case
select id, case status when 'paid' then 1 when 'open' then 2 else 3 end as code from orders order by id

-- order by a case
select id, status from orders order by case status when 'open' then 1 when 'paid' then 2 else 3 end, id

-- order by an expression
select id, amount from orders where amount is not null order by amount * -1, id

-- order by place and name
select status as s, count(*) as n from orders group by status order by 2 desc, s

-- group by two columns
select status, customer_id, count(*) as n, min(amount) as least, max(amount) as most, avg(amount) as mean from orders group by status, customer_id order by status, customer_id

-- group by an expression
select id % 2 as odd, count(*) as n from orders group by id % 2 order by odd

-- group by a case
select case when amount > 50 then 'big' else 'small' end as size, count(*) as n from orders group by case when amount > 50 then 'big' else 'small' end order by size

-- having on a sum
select customer_id, sum(amount) as s from orders group by customer_id having sum(amount) > 60 order by customer_id

-- having on two aggregates
select status from orders group by status having count(*) >= 2 and max(amount) > 50 order by status

-- distinct on two columns
select distinct status, customer_id from orders order by status, customer_id

-- count of distinct values with a condition
select count(distinct case when amount > 50 then customer_id end) as n from orders

-- average and deviation by hand
select avg(amount) as mean, avg(amount * amount) - avg(amount) * avg(amount) as variance from orders where amount is not null

-- safe division
select status, sum(amount) / nullif(count(amount), 0) as mean from orders group by status order by status

-- a margin in percent
select id, round(amount * 0.19, 2) as vat, round(amount * 1.19, 2) as gross from orders where amount is not null order by id

-- rounding, floor and ceiling
select id, floor(amount) as f, ceil(amount) as c, abs(0 - amount) as a from orders where amount is not null order by id

-- coalesce of several
select id, coalesce(name, region, 'nobody') as shown from customers order by id

-- trim and replace
select id, trim(replace(name, 'a', 'o')) as n from customers order by id

-- part of a text
select id, substr(name, 1, 2) as start from customers order by id

-- length of a text as a group
select length(name) as l, count(*) as n from customers group by length(name) order by l

-- upper initial
select id, upper(substr(region, 1, 1)) as initial from customers where region is not null order by id

-- a union of measures
select x.what, x.n from (select 'orders' as what, count(*) as n from orders union all select 'customers', count(*) from customers) x order by x.what

-- a union of three with a total
select x.what, x.n from (select 'a' as what, count(*) as n from orders union all select 'b', count(*) from customers union all select 'total', 0) x order by x.what

-- intersect
select x.id from (select id from customers intersect select customer_id from orders) x order by x.id

-- except
select x.id from (select id from customers except select customer_id from orders) x order by x.id

-- a join of three tables
select c.name, o.id, e.name as keeper from customers c join orders o on o.customer_id = c.id join employees e on e.id = c.id order by o.id

-- a left join that finds nothing
select c.id from customers c left join orders o on o.customer_id = c.id and o.status = 'nothing like it' where o.id is null order by c.id

-- a join on two conditions
select o.id, p.id as other from orders o join orders p on p.customer_id = o.customer_id and p.id > o.id order by o.id, p.id

-- a join with a subquery
select c.id, t.n from customers c join (select customer_id, count(*) as n from orders group by customer_id) t on t.customer_id = c.id order by c.id

-- a join on a range
select c.id, o.id as later from customers c join orders o on o.id > c.id * 5 where c.id < 4 order by c.id, o.id

-- managers and their people
select m.id, m.name, count(e.id) as people from employees m join employees e on e.manager_id = m.id group by m.id, m.name order by m.id

-- a date range
select id from orders where created_at >= '2025-05-03 00:00:00' and created_at < '2025-05-08 00:00:00' order by id

-- minimum and maximum of dates
select min(created_at) as first_at, max(created_at) as last_at from orders

-- a literal date beside a column
select id, day, '2025-06-01' as since from readings order by id

-- the number of days with readings
select count(distinct day) as days from readings

-- booleans counted
select flag, count(*) as n from readings group by flag order by flag

-- not a boolean
select id from readings where not flag order by id

-- floats
select id, ratio * 2 as twice from readings where ratio is not null order by id

-- large integers
select id, big from readings order by id

-- cast to an integer
select id, cast(amount as decimal(10, 0)) as whole from orders order by id

-- a limit of a subquery
select t.id from (select id from orders order by id desc limit 3) t order by t.id

-- top two of each status
select status, id from (select status, id, row_number() over (partition by status order by id) as rn from orders) t where rn <= 2 order by status, id

-- a text with a quote
select id from customers where name = 'D''Arcy' or name = 'Ada' order by id

-- words that are names elsewhere
select id as first, amount as last, status as position from orders order by id

-- a comment before and inside
/* revenue of this year */ select sum(amount) as revenue -- without VAT
from orders

-- upper-case words and names with other case
SELECT id, name FROM customers AS C WHERE C.id > 1 ORDER BY id

-- lines and tabs
select
	c.id,
	c.region
from customers c
where c.region = 'EU'
order by c.id

-- a semicolon at the end
select count(*) as n from orders;

-- many conditions in a row
select id from orders where id <> 1 and id <> 2 and id <> 3 and id <> 4 and id <> 5 and id <> 6 and id <> 7 and id <> 8 and id <> 9 order by id

-- many parentheses
select ((((id)))) as id from orders where (((amount > 10) and ((status = 'paid')))) order by id

-- numbers of many kinds
select 1 as a, -2 as b, 3.25 as c, 1e3 as d, 0 as e

-- the same column twice
select id, id as again, amount, amount as amount_again from orders order by id

-- all columns of two tables
select c.*, o.amount from customers c join orders o on o.customer_id = c.id order by o.id

-- cohort: the first order of each customer
with firsts as (select customer_id, min(created_at) as first_at from orders group by customer_id) select f.customer_id, count(o.id) as n from firsts f join orders o on o.customer_id = f.customer_id and o.created_at >= f.first_at group by f.customer_id order by f.customer_id

-- funnel: stages as columns
with s as (select customer_id, max(case when status = 'open' then 1 else 0 end) as opened, max(case when status = 'paid' then 1 else 0 end) as paid from orders group by customer_id) select sum(opened) as opened, sum(paid) as paid, sum(opened * paid) as both_of_them from s

-- Pareto: the cumulated share
select id, round(sum(amount) over (order by amount desc, id) / sum(amount) over (), 4) as cumulated from orders where amount is not null order by amount desc, id

-- a gap between ids
select id, id - lag(id) over (order by id) as gap from orders order by id

-- customers with more than the average number of orders
with n as (select customer_id, count(*) as n from orders group by customer_id) select customer_id from n where n > (select avg(n) from n) order by customer_id

-- an empty answer
select id, name from customers where 1 = 0

-- null in comparisons
select id from customers where not (name = 'Ada') order by id

-- greatest of two by case
select id, case when amount > 50 then amount else 50 end as at_least from orders where amount is not null order by id
