WITH datamind_bounds AS (
  SELECT
    min(CAST(date_trunc('year', (customers.signed_up_at AT TIME ZONE 'UTC')) AS date)) AS first_period,
    max(CAST(date_trunc('year', (customers.signed_up_at AT TIME ZONE 'UTC')) AS date)) AS last_period
  FROM customers
)
SELECT
  periods.period_start AS metric_time,
  sum(by_day.customers_total) AS customers_total
FROM (
  SELECT
    CAST((customers.signed_up_at AT TIME ZONE 'UTC') AS date) AS "day",
    count(*) AS customers_total
  FROM customers
  GROUP BY 1
) AS by_day
CROSS JOIN (
  SELECT CAST(DATEADD(month, CASE WHEN numbers.n * 12 <= DATEDIFF(month, bounds.first_period, bounds.last_period) THEN numbers.n * 12 ELSE 0 END, bounds.first_period) AS date) AS period_start
  FROM datamind_bounds AS bounds
  CROSS JOIN (SELECT digit_0.n + digit_1.n * 10 + digit_2.n * 100 + digit_3.n * 1000 + digit_4.n * 10000 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_2
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_3
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_4) AS numbers
  WHERE numbers.n * 12 <= DATEDIFF(month, bounds.first_period, bounds.last_period)
    AND 1 / CASE WHEN DATEDIFF(month, bounds.first_period, bounds.last_period) >= 1200000 THEN 0 ELSE 1 END = 1
) AS periods
WHERE by_day."day" < CAST(DATEADD(month, 12, periods.period_start) AS date)
GROUP BY 1
ORDER BY 1;
