SELECT
  stitched.metric_time AS metric_time,
  max(stitched.revenue) AS revenue,
  CAST(max(stitched.revenue) - max(stitched.revenue_2) AS double precision) / nullif(CAST(abs(max(stitched.revenue_2)) AS double precision), 0) AS revenue_growth
FROM (
  SELECT
    CAST(date_trunc('month', ("order".ordered_at AT TIME ZONE 'UTC')) AS date) AS metric_time,
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS smallint) AS revenue_2
  FROM order_lines
  LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
  WHERE "order".ordered_at >= CAST($1 AS timestamptz)
    AND "order".ordered_at < CAST($2 AS timestamptz)
  GROUP BY 1
  UNION ALL
  SELECT
    CAST(DATEADD(month, 12, CAST(date_trunc('month', ("order".ordered_at AT TIME ZONE 'UTC')) AS date)) AS date) AS metric_time,
    CAST(NULL AS smallint) AS revenue,
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue_2
  FROM order_lines
  LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
  WHERE "order".ordered_at >= CAST($3 AS timestamptz)
    AND "order".ordered_at < CAST($4 AS timestamptz)
    AND CAST(date_trunc('month', ("order".ordered_at AT TIME ZONE 'UTC')) AS date) IS NOT NULL
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1;
