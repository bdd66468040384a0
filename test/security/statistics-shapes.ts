/** Statements in which an expression fails on permitted values, beside a condition that only hidden values meet. */
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { featuresOf } from './random-words.js';

/** Fail on permitted rows, all or one of them; `x` is any relation. The first is that of {@link shapeStatements}. */
export const failing: Readonly<Record<TextDialect, readonly string[]>> = {
  postgres: [
    'cast(x.name as int)',
    'cast(x.code as int)',
    '1 / (x.salary - x.salary)',
    'x.salary * 100000000',
    'extract(day from cast(x.name as date))',
    '(select y.id from people y where y.id >= x.id)',
  ],
  duckdb: [
    'cast(x.name as int)',
    'cast(x.code as int)',
    'x.salary * 100000000',
    'extract(day from cast(x.name as date))',
    '(select y.id from people y where y.id >= x.id)',
  ],
  mysql: [
    'exp(x.salary * 100)',
    'x.salary + 9223372036854775800',
    '(select y.id from people y where y.id >= x.id)',
    '(select y.id from people y where y.team_id = 3)',
  ],
  clickhouse: [
    'intDiv(1, x.salary - x.salary)',
    'intDiv(1, x.id - 1503)',
    '1 % (x.salary - x.salary)',
    'toDate(x.name)',
  ],
  sqlite: [
    "json_extract(x.name, '$.a')",
    "json_extract(x.code, '$')",
    'abs(x.salary - 9223372036854775807 - 1 - x.salary)',
  ],
};

/** Around the permitted maximum, the near hidden one, and the far one. */
export const bounds = [0, 50, 99, 103, 200, 1_000, 5_000, 19_000, 30_000];

/** What fails is `F`, over `x`; what only hidden rows have is more than `K`. */
const shapes: readonly string[] = [
  // Told on DuckDB 1.5.
  'select sum(a.v) as n from (select x.salary, F as v from people x order by x.id limit 100) a where a.salary > K',
  'select max(a.v) as n from (select x.id as v, x.salary from people x order by F, x.id limit 5) a where a.salary > K',
  'select max(a.v) as n from (select x.salary, sum(F) over () as v from people x) a where a.salary > K',
  `select count(*) as n from (select x.id as id, F as v from people x) l join
    (select r.id as id from tasks r where r.salary > K) r on l.v = r.id`,
  // Told on PostgreSQL 15.
  `select count(*) as n from (select distinct e.id, e.salary as s from people e where e.salary > K) b join
    (select F as id from people x where x.id < 1000) a on a.id = b.id`,
  // Told on ClickHouse 26.7.
  `select max(b.s) as n from (select x.id as id, max(x.salary) as s from (select * from people x order by x.id limit 5) x
    group by x.id having max(x.salary) > K) b join
    (select l.id as id from (select * from (select x.* from teams x where x.id > 0) x where F is not null) l
      left join (select x.id as id, F as v from teams x) r on l.id = r.id) a on a.id = b.id`,
  // Told on SQLite 3.53 where owners have an index.
  'select count(*) as n from people x join (select e.id as id from tasks e where e.salary > K) b on x.id = b.id and F > 0',
  // Have told nothing.
  'select count(*) as n from people x where F > 0 and x.salary > K',
  'select sum(a.v) as n from (select x.salary, F as v from people x) a where a.salary > K',
  'select sum(a.v) as n from (select x.secret, F as v from people x) a where a.secret > K',
  'select sum(a.v) as n from (select x.salary, x.low, F as v from people x) a where a.salary > a.low + 200 + K',
  'select sum(case when x.salary > K then F end) as n from people x',
  'select x.team_id as team, max(F) as n from people x group by x.team_id having max(x.salary) > K order by team',
  'select sum(a.v) as n from (select x.id as id, F as v from people x) a left join tasks b on a.id = b.id where b.salary > K',
  'select sum(a.v) as n from tasks b left join (select x.id as id, F as v from people x) a on a.id = b.id where b.low < -K',
  `select sum(a.v) as n from (select x.id as id, F as v from people x) a right join
    (select e.id as id from tasks e where e.salary between K and 2 * K) b on a.id = b.id`,
  `select sum(a.v) as n from (select x.id as id, F as v from people x) a full join
    (select e.id as id from tasks e where e.bonus > K) b on a.id = b.id where b.id > 0`,
  'select count(*) as n from tasks e where e.salary > K and e.id in (select F from people x)',
  'select count(*) as n from tasks e where e.salary > K and e.id not in (select F from people x)',
  `select sum(a.v) as n from (select x.id as id, F as v from people x) a where a.id in
    (select e.id from tasks e where e.grade > K)`,
  `select sum(a.v) as n from (select x.id as id, F as v from people x) a where not exists
    (select 1 from teams e where e.salary > K) and a.id < 0`,
  'select sum(a.v) as n from (select x.id as id, F as v from people x) a where exists (select 1 from teams e where e.salary > K)',
  'select count(*) as n from tasks e where e.salary > K and e.salary > (select max(F) from people x)',
  'select sum(a.v) as n from (select F as v from people x) a where a.v > (select max(e.salary) from tasks e where e.salary > K)',
  `with b as (select e.id as id from tasks e where e.salary > K union all select e.id as id from teams e where e.bonus > K),
    a as (select x.id as id, F as v from people x) select sum(a.v) as n from a join b on a.id = b.id join people c on c.id = b.id`,
  "select sum(a.v) as n from (select x.code, F as v from people x) a where a.code like 'hK%'",
  'select sum(a.v) as n from (select x.bonus, F as v from people x) a where a.bonus is null or a.bonus > K',
];

/** The shapes that an engine has, each with bounds between the near hidden values and the far ones. */
export const shapeStatements = (dialect: TextDialect): readonly string[] =>
  shapes
    .filter((shape) => !shape.includes('full join') || featuresOf[dialect].has('full join'))
    .flatMap((shape) =>
      [200, 15_000].map((bound) => shape.replace(/\bF\b/g, failing[dialect][0]!).replace(/K\b|K(?=%)/g, String(bound))),
    );
