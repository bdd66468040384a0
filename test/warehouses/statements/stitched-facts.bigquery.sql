SELECT
  stitched.metric_time AS metric_time,
  CAST(max(stitched.revenue) AS FLOAT64) / nullif(CAST(max(stitched.target) AS FLOAT64), 0) AS target_attainment,
  max(stitched.revenue) - coalesce(max(stitched.refunds), 0) AS net_revenue,
  CAST(coalesce(max(stitched.units_returned), 0) AS FLOAT64) / nullif(CAST(max(stitched.units_sold) AS FLOAT64), 0) AS return_rate
FROM (
  SELECT
    DATE_TRUNC(CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE), MONTH) AS metric_time,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS INT64) AS target,
    CAST(NULL AS INT64) AS refunds,
    CAST(NULL AS INT64) AS units_returned,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.quantity END) AS units_sold
  FROM order_lines
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  WHERE `order`.ordered_at >= @p1
    AND `order`.ordered_at < @p2
  GROUP BY 1
  UNION ALL
  SELECT
    DATE_TRUNC(CAST(sales_targets.`month` AS DATE), MONTH) AS metric_time,
    CAST(NULL AS INT64) AS revenue,
    sum(sales_targets.target) AS target,
    CAST(NULL AS INT64) AS refunds,
    CAST(NULL AS INT64) AS units_returned,
    CAST(NULL AS INT64) AS units_sold
  FROM sales_targets
  WHERE sales_targets.`month` >= @p3
    AND sales_targets.`month` < @p4
  GROUP BY 1
  UNION ALL
  SELECT
    DATE_TRUNC(CAST(`returns`.returned_on AS DATE), MONTH) AS metric_time,
    CAST(NULL AS INT64) AS revenue,
    CAST(NULL AS INT64) AS target,
    sum(`returns`.refund) AS refunds,
    sum(`returns`.quantity) AS units_returned,
    CAST(NULL AS INT64) AS units_sold
  FROM `returns`
  WHERE `returns`.returned_on >= @p5
    AND `returns`.returned_on < @p6
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
