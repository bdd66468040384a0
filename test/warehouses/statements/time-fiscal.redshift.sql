SELECT
  CAST(DATEADD(month, 10, date_trunc('year', DATEADD(month, -10, (orders.ordered_at AT TIME ZONE 'UTC')))) AS date) AS metric_time__fiscal_year,
  CAST(DATEADD(month, 1, date_trunc('quarter', DATEADD(month, -1, (orders.ordered_at AT TIME ZONE 'UTC')))) AS date) AS metric_time__fiscal_quarter,
  count(*) AS orders_placed
FROM orders
WHERE orders.ordered_at >= CAST($1 AS timestamptz)
  AND orders.ordered_at < CAST($2 AS timestamptz)
GROUP BY 1, 2
ORDER BY 1, 2;
