SELECT
  CAST(CAST(CONVERT_TIMEZONE('Europe/Berlin', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE) AS metric_time,
  count(*) AS orders_placed
FROM orders
GROUP BY 1
ORDER BY 1 NULLS LAST;
