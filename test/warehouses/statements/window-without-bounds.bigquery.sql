WITH datamind_bounds AS (
  SELECT
    min(DATE_TRUNC(CAST(DATETIME(TIMESTAMP(customers.signed_up_at), 'UTC') AS DATE), YEAR)) AS first_period,
    max(DATE_TRUNC(CAST(DATETIME(TIMESTAMP(customers.signed_up_at), 'UTC') AS DATE), YEAR)) AS last_period
  FROM customers
)
SELECT
  periods.period_start AS metric_time,
  sum(by_day.customers_total) AS customers_total
FROM (
  SELECT
    CAST(DATETIME(TIMESTAMP(customers.signed_up_at), 'UTC') AS DATE) AS `day`,
    count(*) AS customers_total
  FROM customers
  GROUP BY 1
) AS by_day
CROSS JOIN (
  SELECT period AS period_start
  FROM datamind_bounds AS bounds
  CROSS JOIN UNNEST(GENERATE_DATE_ARRAY(bounds.first_period, bounds.last_period, INTERVAL 12 MONTH)) AS period
) AS periods
WHERE by_day.`day` < DATE_ADD(periods.period_start, INTERVAL 12 MONTH)
GROUP BY 1
ORDER BY 1 NULLS LAST;
