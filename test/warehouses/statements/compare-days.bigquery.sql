SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.orders_placed), 0) AS orders_placed,
  coalesce(max(stitched.orders_placed_2), 0) AS orders_placed__previous,
  CAST(coalesce(max(stitched.orders_placed), 0) - coalesce(max(stitched.orders_placed_2), 0) AS FLOAT64) / nullif(CAST(abs(coalesce(max(stitched.orders_placed_2), 0)) AS FLOAT64), 0) AS orders_placed__percent
FROM (
  SELECT
    CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE) AS metric_time,
    count(*) AS orders_placed,
    CAST(NULL AS INT64) AS orders_placed_2
  FROM orders
  WHERE orders.ordered_at >= @p1
    AND orders.ordered_at < @p2
  GROUP BY 1
  UNION ALL
  SELECT
    DATE_ADD(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), INTERVAL 1 MONTH) AS metric_time,
    CAST(NULL AS INT64) AS orders_placed,
    count(*) AS orders_placed_2
  FROM orders
  WHERE orders.ordered_at >= @p3
    AND orders.ordered_at < @p4
    AND CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE) IS NOT NULL
    AND DATE_ADD(DATE_ADD(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), INTERVAL 1 MONTH), INTERVAL -1 MONTH) = CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE)
    AND DATE_ADD(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), INTERVAL 1 MONTH) >= (DATE '2026-03-01')
    AND DATE_ADD(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), INTERVAL 1 MONTH) < (DATE '2026-04-01')
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
