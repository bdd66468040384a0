SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.orders_placed), 0) AS orders_placed,
  coalesce(max(stitched.orders_placed_2), 0) AS orders_placed__previous,
  CAST(coalesce(max(stitched.orders_placed), 0) - coalesce(max(stitched.orders_placed_2), 0) AS double precision) / nullif(CAST(abs(coalesce(max(stitched.orders_placed_2), 0)) AS double precision), 0) AS orders_placed__percent
FROM (
  SELECT
    CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date) AS metric_time,
    count(*) AS orders_placed,
    CAST(NULL AS smallint) AS orders_placed_2
  FROM orders
  WHERE orders.ordered_at >= CAST($1 AS timestamptz)
    AND orders.ordered_at < CAST($2 AS timestamptz)
  GROUP BY 1
  UNION ALL
  SELECT
    CAST(DATEADD(month, 1, CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date)) AS date) AS metric_time,
    CAST(NULL AS smallint) AS orders_placed,
    count(*) AS orders_placed_2
  FROM orders
  WHERE orders.ordered_at >= CAST($3 AS timestamptz)
    AND orders.ordered_at < CAST($4 AS timestamptz)
    AND CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date) IS NOT NULL
    AND CAST(DATEADD(month, -1, CAST(DATEADD(month, 1, CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date)) AS date)) AS date) = CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date)
    AND CAST(DATEADD(month, 1, CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date)) AS date) >= (DATE '2026-03-01')
    AND CAST(DATEADD(month, 1, CAST((orders.ordered_at AT TIME ZONE 'UTC') AS date)) AS date) < (DATE '2026-04-01')
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1;
