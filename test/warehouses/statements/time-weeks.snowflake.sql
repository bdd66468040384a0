SELECT
  DATEADD(day, 1 - DAYOFWEEKISO(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ)), CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)) AS metric_time,
  count(*) AS orders_placed
FROM orders
WHERE orders.ordered_at >= CAST(? AS TIMESTAMP_TZ)
  AND orders.ordered_at < CAST(? AS TIMESTAMP_TZ)
GROUP BY 1
ORDER BY 1 NULLS LAST;
