SELECT
  CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'Europe/Berlin') AS DATE) AS metric_time,
  count(*) AS orders_placed
FROM orders
GROUP BY 1
ORDER BY 1 NULLS LAST;
