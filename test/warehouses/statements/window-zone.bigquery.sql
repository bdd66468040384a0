SELECT
  periods.period_start AS metric_time,
  sum(by_day.running_revenue) AS running_revenue
FROM (
  SELECT
    CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'Europe/Berlin') AS DATE) AS `day`,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS running_revenue
  FROM order_lines
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  WHERE `order`.ordered_at < @p1
  GROUP BY 1
) AS by_day
CROSS JOIN (
  SELECT period AS period_start
  FROM UNNEST(GENERATE_DATE_ARRAY((DATE '2025-01-01'), (DATE '2025-06-01'), INTERVAL 1 MONTH)) AS period
) AS periods
WHERE by_day.`day` < DATE_ADD(periods.period_start, INTERVAL 1 MONTH)
GROUP BY 1
ORDER BY 1 NULLS LAST;
