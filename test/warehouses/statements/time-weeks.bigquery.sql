SELECT
  DATE_TRUNC(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), WEEK(MONDAY)) AS metric_time,
  count(*) AS orders_placed
FROM orders
WHERE orders.ordered_at >= @p1
  AND orders.ordered_at < @p2
GROUP BY 1
ORDER BY 1 NULLS LAST;
