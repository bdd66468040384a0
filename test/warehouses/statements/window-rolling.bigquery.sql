SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.buyers_90d), 0) AS buyers_90d,
  max(stitched.revenue_28d) AS revenue_28d
FROM (
  SELECT
    periods.period_start AS metric_time,
    count(DISTINCT CASE WHEN orders.status <> 'cancelled' THEN orders.customer_id END) AS buyers_90d,
    CAST(NULL AS INT64) AS revenue_28d
  FROM orders
  CROSS JOIN (
    SELECT period AS period_start
    FROM UNNEST(GENERATE_DATE_ARRAY((DATE '2024-12-30'), (DATE '2025-06-30'), INTERVAL 7 DAY)) AS period
  ) AS periods
  WHERE DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') >= DATETIME_ADD(CAST((CASE WHEN DATE_ADD(periods.period_start, INTERVAL 7 DAY) > (DATETIME '2025-07-01 00:00:00') THEN DATETIME '2025-07-01 00:00:00' ELSE DATE_ADD(periods.period_start, INTERVAL 7 DAY) END) AS DATETIME), INTERVAL -90 DAY)
    AND DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') < (CASE WHEN DATE_ADD(periods.period_start, INTERVAL 7 DAY) > (DATETIME '2025-07-01 00:00:00') THEN DATETIME '2025-07-01 00:00:00' ELSE DATE_ADD(periods.period_start, INTERVAL 7 DAY) END)
  GROUP BY 1
  UNION ALL
  SELECT
    periods.period_start AS metric_time,
    CAST(NULL AS INT64) AS buyers_90d,
    sum(by_day.revenue_28d) AS revenue_28d
  FROM (
    SELECT
      CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE) AS `day`,
      sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue_28d
    FROM order_lines
    LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
    WHERE `order`.ordered_at >= @p1
      AND `order`.ordered_at < @p2
    GROUP BY 1
  ) AS by_day
  CROSS JOIN (
    SELECT period AS period_start
    FROM UNNEST(GENERATE_DATE_ARRAY((DATE '2024-12-30'), (DATE '2025-06-30'), INTERVAL 7 DAY)) AS period
  ) AS periods
  WHERE by_day.`day` >= DATE_ADD((CASE WHEN DATE_ADD(periods.period_start, INTERVAL 7 DAY) > (DATE '2025-07-01') THEN DATE '2025-07-01' ELSE DATE_ADD(periods.period_start, INTERVAL 7 DAY) END), INTERVAL -28 DAY)
    AND by_day.`day` < (CASE WHEN DATE_ADD(periods.period_start, INTERVAL 7 DAY) > (DATE '2025-07-01') THEN DATE '2025-07-01' ELSE DATE_ADD(periods.period_start, INTERVAL 7 DAY) END)
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
