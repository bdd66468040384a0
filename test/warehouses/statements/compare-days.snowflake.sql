SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.orders_placed), 0) AS orders_placed,
  coalesce(max(stitched.orders_placed_2), 0) AS orders_placed__previous,
  CAST(coalesce(max(stitched.orders_placed), 0) - coalesce(max(stitched.orders_placed_2), 0) AS DOUBLE) / nullif(CAST(abs(coalesce(max(stitched.orders_placed_2), 0)) AS DOUBLE), 0) AS orders_placed__percent
FROM (
  SELECT
    CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE) AS metric_time,
    count(*) AS orders_placed,
    CAST(NULL AS NUMBER(1, 0)) AS orders_placed_2
  FROM orders
  WHERE orders.ordered_at >= CAST(? AS TIMESTAMP_TZ)
    AND orders.ordered_at < CAST(? AS TIMESTAMP_TZ)
  GROUP BY 1
  UNION ALL
  SELECT
    DATEADD(month, 1, CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)) AS metric_time,
    CAST(NULL AS NUMBER(1, 0)) AS orders_placed,
    count(*) AS orders_placed_2
  FROM orders
  WHERE orders.ordered_at >= CAST(? AS TIMESTAMP_TZ)
    AND orders.ordered_at < CAST(? AS TIMESTAMP_TZ)
    AND CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE) IS NOT NULL
    AND DATEADD(month, -1, DATEADD(month, 1, CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE))) = CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)
    AND DATEADD(month, 1, CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)) >= (DATE '2026-03-01')
    AND DATEADD(month, 1, CAST(CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS DATE)) < (DATE '2026-04-01')
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
