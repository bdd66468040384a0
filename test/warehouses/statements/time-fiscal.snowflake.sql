SELECT
  DATEADD(month, 10, DATE_TRUNC('year', DATEADD(month, -10, CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)))) AS metric_time__fiscal_year,
  DATEADD(month, 1, DATE_TRUNC('quarter', DATEADD(month, -1, CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)))) AS metric_time__fiscal_quarter,
  count(*) AS orders_placed
FROM orders
WHERE orders.ordered_at >= CAST(? AS TIMESTAMP_TZ)
  AND orders.ordered_at < CAST(? AS TIMESTAMP_TZ)
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
