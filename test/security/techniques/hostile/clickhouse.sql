-- refuse: tables by a pattern in merge
select * from merge('.*', '.*')

-- refuse: merge without a database
select * from merge('customers|employees')

-- refuse: a dictionary as a table
select * from dictionary('d')

-- refuse: a dictionary's attribute or default
select dictGetOrDefault('d', 'a', 1, 0)

-- refuse: a dictionary's keys
select dictHas('d', 1)

-- refuse: MySQL
select * from mysql('127.0.0.1:3306', 'shop', 'customers', 'u', 'p')

-- refuse: PostgreSQL
select * from postgresql('127.0.0.1:5432', 'shop', 'customers', 'u', 'p')

-- refuse: S3
select * from s3('https://example.com/x.csv')

-- refuse: HDFS
select * from hdfs('hdfs://x/y', 'CSV', 'a String')

-- refuse: ODBC and JDBC
select * from jdbc('jdbc:x', 'y')

-- refuse: SQLite
select * from sqlite('/tmp/x', 't')

-- refuse: Redis
select * from redis('127.0.0.1:6379', 'k', 'k String, v String')

-- refuse: MongoDB
select * from mongodb('127.0.0.1:27017', 'd', 'c', 'u', 'p', 'a String')

-- refuse: a fuzzed query
select * from fuzzQuery('select ssn from customers')

-- refuse: fuzzed JSON
select * from fuzzJSON('{}')

-- refuse: a secure remote
select * from remoteSecure('127.0.0.1', datamind.customers)

-- refuse: all replicas
select * from clusterAllReplicas('default', system.one)

-- refuse: a URL of a cluster
select * from urlCluster('default', 'http://127.0.0.1/')

-- refuse: a file of a cluster
select * from fileCluster('default', '/etc/passwd')

-- refuse: projections of a merge tree
select * from mergeTreeProjection('datamind', 'customers', 'p')

-- refuse: analysis of parts
select * from mergeTreeAnalyzeIndexes('datamind', 'customers')

-- refuse: time series
select * from timeSeriesData('datamind', 't')

-- refuse: null's table
select * from null('a String')

-- refuse: zeros without end
select count() from zeros(100000000000)

-- refuse: numbers without an argument
select count() from numbers()

-- refuse: primes
select * from system.primes limit 3

-- refuse: one
select * from system.one

-- refuse: columns
select name from system.columns where table = 'customers'

-- refuse: columns in parts
select column_bytes_on_disk from system.parts_columns

-- refuse: the query log
select query from system.query_log

-- refuse: events
select * from system.events

-- refuse: asynchronous metrics
select * from system.asynchronous_metrics

-- refuse: users
select * from system.users

-- refuse: grants
select * from system.grants

-- refuse: row policies
select * from system.row_policies

-- refuse: build options
select * from system.build_options

-- refuse: stack traces
select * from system.stack_trace

-- refuse: the catalogue in upper case
select * from INFORMATION_SCHEMA.COLUMNS

-- refuse: who and where
select currentUser(), currentDatabase(), serverUUID(), tcpPort()

-- refuse: uptime and time zone of the server
select uptime(), serverTimezone()

-- refuse: a macro
select getMacro('shard')

-- refuse: a server's setting
select getServerSetting('max_connections')

-- refuse: an environment
select getOSKernelVersion()

-- refuse: file system
select filesystemAvailable(), filesystemCapacity()

-- refuse: a column's file
select blockSerializedSize(ssn) from customers

-- refuse: an initial query
select initialQueryID(), queryID()

-- refuse: thread and block numbers
select rowNumberInAllBlocks(), blockNumber() from customers

-- refuse: a catboost model
select catboostEvaluate('/tmp/m', 1)

-- refuse: a prepared evaluation
select evalMLMethod(1, 2)

-- refuse: a demangled address
select addressToLine(1), addressToSymbol(1), demangle('x')

-- refuse: trap
select trap('x')

-- refuse: a crash by log
select logTrace('x')

-- refuse: ignore with sleep
select ignore(sleep(2))

-- refuse: sleep by an array
select arrayMap(x -> sleep(1), range(3))

-- refuse: a table's structure as text
select getColumnStructure('customers')

-- refuse: check a grant
check grant select on customers

-- refuse: show columns
show columns from customers

-- refuse: show index
show index from customers

-- refuse: exists database
exists database datamind

-- refuse: watch
watch customers

-- refuse: backup
backup table customers to Disk('d', 'x')

-- refuse: move
alter table customers freeze

-- refuse: attach
attach table customers

-- refuse: a temporary function
create function f as (x) -> x

-- refuse: a named collection
create named collection c as a = 1

-- refuse: explain of syntax
explain ast select 1

-- refuse: explain in FROM
select * from (explain select ssn from customers)

-- refuse: parallel with
select 1 parallel with select 2

-- refuse: settings after format
select id from customers format JSON settings max_threads = 1

-- refuse: settings of a subquery in IN
select id from customers where id in (select id from orders settings max_rows_to_read = 1)

-- refuse: a backtick parameter
select {t:Identifier}.ssn from customers

-- refuse: an identifier of a table by parameter
select * from {t:Identifier}

-- a virtual column of a part
select _part_uuid, _partition_id from customers

-- a row's number in a part
select _part_offset, id from orders order by id

-- a row's existence
select _row_exists from customers

-- a block's number
select _block_number from customers

-- a sample's factor
select _sample_factor from customers

-- a subcolumn of a nullable
select id, email.null from customers order by id

-- a subcolumn of the denied
select ssn.null from customers

-- a subcolumn's size
select name.size from customers

-- is null by a function on the masked
select id, isNull(email), isNotNull(email) from customers order by id

-- below the masked null: nullable taken off
select id, ifNull(email, 'x'), toString(assumeNotNull(email)) from customers order by id

-- below the masked null: by coalesce and a cast
select id, cast(email as String) from customers order by id

-- below the masked null: by an aggregate
select any(assumeNotNull(email)), groupArray(email) from customers

-- below the masked null: by a comparison of arrays
select id, [email] = [''] from customers order by id

-- below the masked null: by a tuple
select id, tupleElement((assumeNotNull(email), 1), 1) from customers order by id

-- below the masked null: by a hash
select id, cityHash64(email), sipHash64(assumeNotNull(email)) from customers order by id

-- below the masked null: by a length
select id, length(assumeNotNull(email)), empty(assumeNotNull(email)) from customers order by id

-- below the masked null: in an order
select id from customers order by assumeNotNull(email), id

-- below the masked null: in a group
select assumeNotNull(email) as e, count() from customers group by e

-- below the masked null: in a map
select map('e', assumeNotNull(email)) from customers order by 1

-- below the masked null: by concatenation
select id, concat('x', assumeNotNull(email)) from customers order by id

-- below the masked null: by a join
select c.id from customers c join (select 'celik@one.example' as e) g on g.e = assumeNotNull(c.email)

-- the denied by a state
select sumState(salary), uniqState(salary) from employees

-- the denied by a merge of states
select finalizeAggregation(sumState(salary)) from employees

-- the denied by a top list
select topK(3)(salary) from employees

-- the denied by argMax
select argMax(name, salary) from employees

-- the denied by an order inside of an array
select arraySort((x, y) -> y, groupArray(id), groupArray(salary)) from employees

-- the denied by limit by
select id from employees order by id limit 1 by salary

-- the denied by with ties
select id from employees order by salary limit 1 with ties

-- the denied by columns and apply
select columns('salary') apply (sum) from employees

-- the denied by star and apply of a lambda
select * apply (x -> toString(x)) from employees order by 1

-- the denied by a tuple of all
select tuple(*) from employees order by 1

-- the denied by JSON of a row
select toJSONString(tuple(*)) from customers order by 1

-- the denied by format of a row
select formatRow('CSV', *) from customers order by 1

-- the denied by a dynamic alias
select ssn as id from customers

-- the denied by an alias that another clause reads
select id as ssn, ssn as again from customers order by id

-- hidden rows by an array join of a group
select arrayJoin(groupArray(id)) as x from orders order by x

-- hidden rows by totals
select region, count() as n from customers group by region with totals order by region

-- hidden rows by extremes
select id from orders order by id with fill from 10 to 21

-- hidden rows by IN with a tuple of a subquery
select id from employees where (id, 1) in (select customer_id, 1 from orders) order by id

-- hidden rows by a global join
select e.id, c.id from employees e global left join customers c on c.id = e.id order by 1

-- hidden rows by a paste join
select a.id, b.id from (select id from customers order by id) a paste join (select id from orders order by id) b

-- hidden rows by an any join's choice
select e.id, o.id from employees e any left join orders o on o.customer_id = e.id order by 1

-- hidden rows by a set in WITH
with (select groupArray(id) from orders) as ids select length(ids)

-- hidden rows by a prewhere that fails
select id from orders prewhere 1 / (amount - 640.64) > -99999 order by id

-- error: throw in a lambda
select arrayMap(x -> throwIf(x = 640.64), groupArray(amount)) from orders

-- error: an array's element
select id, [1, 2][toInt32(amount)] from orders order by id

-- error: a decimal that overflows
select id, toDecimal32(amount, 7) from orders order by id

-- error: an exact cast
select id, accurateCast(amount, 'UInt8') from orders order by id

-- error: a date from text
select id, toDate(label) from readings order by id

-- error: a UUID from text
select id, toUUID(label) from readings order by id

-- error: an address from text
select id, toIPv4(label) from readings order by id

-- error: a pattern from the data
select id, match('a', label) from readings order by id

-- error: repeat
select id, length(repeat('x', toUInt32(amount * 1000000))) from orders order by id

-- error: a fixed text
select id, toFixedString(label, 3) from readings order by id

-- error: a time zone from the data
select id, toTimeZone(moment, label) from readings order by id

-- error: bit shift
select id, bitShiftLeft(1, toInt32(640 - amount)) from orders order by id

-- error: JSON path
select id, JSON_VALUE('{}', label) from readings order by id

-- error: an integer division
select id, intDiv(1, toInt32(amount - 640)) from orders order by id

-- error: a number of quantile
select id, formatDateTime(at, label) from readings order by id

-- a CTE named as a policy's table
with customers as (select 2 as id, 'EU' as region) select id from orders order by id

-- an expression named as a policy's column
with 'EU' as region select id from customers order by id

-- an expression named as a policy's table
with 1 as customers select id from orders order by id

-- an alias in the list named as the policy's column, in an order
select id, 'EU' as region from customers order by region, id

-- an alias of a joined table named as the policy's
select customers.id from orders as customers order by 1

-- a lambda whose name is the policy's column
select arrayMap(region -> region, ['EU']) as x, id from customers order by id

-- a database named by an alias
select datamind.id from customers as datamind order by 1

-- hexadecimal and binary literals
select 0x1F, 0b11, x'73736e', id from customers order by id

-- escapes in text
select 'a\' , ssn from customers where \'', id from customers order by id

-- a heredoc with a name
select $x$ ' $x$, id from customers order by id

-- a number with underscores
select 1_000, id from customers order by id

-- refuse: sleep applied to all columns
select columns('.*') apply (sleepEachRow) from orders

-- refuse: an error applied to all columns
select columns('.*') apply throwIf from orders

-- all columns by a pattern, joined
select columns('sal|ssn|email') from customers c join employees e on e.id = c.id order by 1
