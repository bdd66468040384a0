SELECT
  stitched.metric_time AS metric_time,
  CAST(max(stitched.revenue) AS DOUBLE) / nullif(CAST(max(stitched.target) AS DOUBLE), 0) AS target_attainment,
  max(stitched.revenue) - coalesce(max(stitched.refunds), 0) AS net_revenue,
  CAST(coalesce(max(stitched.units_returned), 0) AS DOUBLE) / nullif(CAST(max(stitched.units_sold) AS DOUBLE), 0) AS return_rate
FROM (
  SELECT
    DATE_TRUNC('month', CAST(CAST(CONVERT_TIMEZONE('UTC', "ORDER".ordered_at) AS TIMESTAMP_NTZ) AS DATE)) AS metric_time,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS NUMBER(1, 0)) AS target,
    CAST(NULL AS NUMBER(1, 0)) AS refunds,
    CAST(NULL AS NUMBER(1, 0)) AS units_returned,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.quantity END) AS units_sold
  FROM order_lines
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  WHERE "ORDER".ordered_at >= CAST(? AS TIMESTAMP_TZ)
    AND "ORDER".ordered_at < CAST(? AS TIMESTAMP_TZ)
  GROUP BY 1
  UNION ALL
  SELECT
    DATE_TRUNC('month', CAST(sales_targets."MONTH" AS DATE)) AS metric_time,
    CAST(NULL AS NUMBER(1, 0)) AS revenue,
    sum(sales_targets.target) AS target,
    CAST(NULL AS NUMBER(1, 0)) AS refunds,
    CAST(NULL AS NUMBER(1, 0)) AS units_returned,
    CAST(NULL AS NUMBER(1, 0)) AS units_sold
  FROM sales_targets
  WHERE sales_targets."MONTH" >= CAST(? AS DATE)
    AND sales_targets."MONTH" < CAST(? AS DATE)
  GROUP BY 1
  UNION ALL
  SELECT
    DATE_TRUNC('month', CAST("RETURNS".returned_on AS DATE)) AS metric_time,
    CAST(NULL AS NUMBER(1, 0)) AS revenue,
    CAST(NULL AS NUMBER(1, 0)) AS target,
    sum("RETURNS".refund) AS refunds,
    sum("RETURNS".quantity) AS units_returned,
    CAST(NULL AS NUMBER(1, 0)) AS units_sold
  FROM "RETURNS"
  WHERE "RETURNS".returned_on >= CAST(? AS DATE)
    AND "RETURNS".returned_on < CAST(? AS DATE)
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
