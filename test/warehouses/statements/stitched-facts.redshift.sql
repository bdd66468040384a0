SELECT
  stitched.metric_time AS metric_time,
  CAST(max(stitched.revenue) AS double precision) / nullif(CAST(max(stitched.target) AS double precision), 0) AS target_attainment,
  max(stitched.revenue) - coalesce(max(stitched.refunds), 0) AS net_revenue,
  CAST(coalesce(max(stitched.units_returned), 0) AS double precision) / nullif(CAST(max(stitched.units_sold) AS double precision), 0) AS return_rate
FROM (
  SELECT
    CAST(date_trunc('month', ("order".ordered_at AT TIME ZONE 'UTC')) AS date) AS metric_time,
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS smallint) AS target,
    CAST(NULL AS smallint) AS refunds,
    CAST(NULL AS smallint) AS units_returned,
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.quantity END) AS units_sold
  FROM order_lines
  LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
  WHERE "order".ordered_at >= CAST($1 AS timestamptz)
    AND "order".ordered_at < CAST($2 AS timestamptz)
  GROUP BY 1
  UNION ALL
  SELECT
    CAST(date_trunc('month', sales_targets."month") AS date) AS metric_time,
    CAST(NULL AS smallint) AS revenue,
    sum(sales_targets.target) AS target,
    CAST(NULL AS smallint) AS refunds,
    CAST(NULL AS smallint) AS units_returned,
    CAST(NULL AS smallint) AS units_sold
  FROM sales_targets
  WHERE sales_targets."month" >= CAST($3 AS date)
    AND sales_targets."month" < CAST($4 AS date)
  GROUP BY 1
  UNION ALL
  SELECT
    CAST(date_trunc('month', "returns".returned_on) AS date) AS metric_time,
    CAST(NULL AS smallint) AS revenue,
    CAST(NULL AS smallint) AS target,
    sum("returns".refund) AS refunds,
    sum("returns".quantity) AS units_returned,
    CAST(NULL AS smallint) AS units_sold
  FROM "returns"
  WHERE "returns".returned_on >= CAST($5 AS date)
    AND "returns".returned_on < CAST($6 AS date)
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1;
