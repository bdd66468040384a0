SELECT
  CAST(date_trunc('week', (orders.ordered_at AT TIME ZONE 'UTC')) AS date) AS metric_time,
  count(*) AS orders_placed
FROM orders
WHERE orders.ordered_at >= CAST($1 AS timestamptz)
  AND orders.ordered_at < CAST($2 AS timestamptz)
GROUP BY 1
ORDER BY 1;
