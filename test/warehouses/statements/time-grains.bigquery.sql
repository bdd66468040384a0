SELECT
  DATETIME_TRUNC(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC'), HOUR) AS metric_time__hour,
  CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE) AS metric_time__day,
  DATE_TRUNC(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), QUARTER) AS metric_time__quarter,
  DATE_TRUNC(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), YEAR) AS metric_time__year,
  count(*) AS orders_placed
FROM orders
GROUP BY 1, 2, 3, 4
ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST, 4 NULLS LAST;
