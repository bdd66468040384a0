SELECT
  stitched.metric_time AS metric_time,
  max(stitched.revenue) AS revenue,
  CAST(max(stitched.revenue) - max(stitched.revenue_2) AS DOUBLE) / nullif(CAST(abs(max(stitched.revenue_2)) AS DOUBLE), 0) AS revenue_growth
FROM (
  SELECT
    DATE_TRUNC('month', CAST(CAST(CONVERT_TIMEZONE('UTC', "ORDER".ordered_at) AS TIMESTAMP_NTZ) AS DATE)) AS metric_time,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS NUMBER(1, 0)) AS revenue_2
  FROM order_lines
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  WHERE "ORDER".ordered_at >= CAST(? AS TIMESTAMP_TZ)
    AND "ORDER".ordered_at < CAST(? AS TIMESTAMP_TZ)
  GROUP BY 1
  UNION ALL
  SELECT
    DATEADD(month, 12, DATE_TRUNC('month', CAST(CAST(CONVERT_TIMEZONE('UTC', "ORDER".ordered_at) AS TIMESTAMP_NTZ) AS DATE))) AS metric_time,
    CAST(NULL AS NUMBER(1, 0)) AS revenue,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue_2
  FROM order_lines
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  WHERE "ORDER".ordered_at >= CAST(? AS TIMESTAMP_TZ)
    AND "ORDER".ordered_at < CAST(? AS TIMESTAMP_TZ)
    AND DATE_TRUNC('month', CAST(CAST(CONVERT_TIMEZONE('UTC', "ORDER".ordered_at) AS TIMESTAMP_NTZ) AS DATE)) IS NOT NULL
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
