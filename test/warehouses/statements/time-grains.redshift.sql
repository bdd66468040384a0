SELECT
  date_trunc('hour', (orders.ordered_at AT TIME ZONE 'UTC')) AS metric_time__hour,
  CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date) AS metric_time__day,
  CAST(date_trunc('quarter', (orders.ordered_at AT TIME ZONE 'UTC')) AS date) AS metric_time__quarter,
  CAST(date_trunc('year', (orders.ordered_at AT TIME ZONE 'UTC')) AS date) AS metric_time__year,
  count(*) AS orders_placed
FROM orders
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;
