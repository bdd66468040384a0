SELECT
  stitched.metric_time AS metric_time,
  max(stitched.revenue) AS revenue,
  CAST(max(stitched.revenue) - max(stitched.revenue_2) AS FLOAT64) / nullif(CAST(abs(max(stitched.revenue_2)) AS FLOAT64), 0) AS revenue_growth
FROM (
  SELECT
    DATE_TRUNC(CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE), MONTH) AS metric_time,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS INT64) AS revenue_2
  FROM order_lines
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  WHERE `order`.ordered_at >= @p1
    AND `order`.ordered_at < @p2
  GROUP BY 1
  UNION ALL
  SELECT
    DATE_ADD(DATE_TRUNC(CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE), MONTH), INTERVAL 12 MONTH) AS metric_time,
    CAST(NULL AS INT64) AS revenue,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue_2
  FROM order_lines
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  WHERE `order`.ordered_at >= @p3
    AND `order`.ordered_at < @p4
    AND DATE_TRUNC(CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE), MONTH) IS NOT NULL
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
