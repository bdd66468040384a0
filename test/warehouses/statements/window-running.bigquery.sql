SELECT
  periods.period_start AS metric_time,
  by_day.product_department AS `product.department`,
  sum(by_day.running_revenue) AS running_revenue
FROM (
  SELECT
    CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE) AS `day`,
    product.department AS product_department,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS running_revenue
  FROM order_lines
  LEFT JOIN products AS product ON product.product_id = order_lines.product_id
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  WHERE `order`.ordered_at < @p1
  GROUP BY 1, 2
) AS by_day
CROSS JOIN (
  SELECT period AS period_start
  FROM UNNEST(GENERATE_DATE_ARRAY((DATE '2025-01-01'), (DATE '2025-06-01'), INTERVAL 1 MONTH)) AS period
) AS periods
WHERE by_day.`day` < DATE_ADD(periods.period_start, INTERVAL 1 MONTH)
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
