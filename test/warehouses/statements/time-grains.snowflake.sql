SELECT
  DATE_TRUNC('hour', CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ)) AS metric_time__hour,
  CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE) AS metric_time__day,
  DATE_TRUNC('quarter', CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)) AS metric_time__quarter,
  DATE_TRUNC('year', CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)) AS metric_time__year,
  count(*) AS orders_placed
FROM orders
GROUP BY 1, 2, 3, 4
ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST, 4 NULLS LAST;
