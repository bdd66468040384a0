SELECT
  periods.period_start AS metric_time,
  sum(by_day.revenue_fiscal_ytd) AS revenue_fiscal_ytd
FROM (
  SELECT
    CAST(DATETIME(TIMESTAMP(`order`.ordered_at), 'UTC') AS DATE) AS `day`,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue_fiscal_ytd
  FROM order_lines
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  WHERE `order`.ordered_at >= @p1
    AND `order`.ordered_at < @p2
  GROUP BY 1
) AS by_day
CROSS JOIN (
  SELECT period AS period_start
  FROM UNNEST(GENERATE_DATE_ARRAY((DATE '2025-01-01'), (DATE '2025-12-01'), INTERVAL 1 MONTH)) AS period
) AS periods
WHERE by_day.`day` >= DATE_ADD(DATE_TRUNC(DATE_SUB(CAST(periods.period_start AS DATE), INTERVAL 10 MONTH), YEAR), INTERVAL 10 MONTH)
  AND by_day.`day` < DATE_ADD(periods.period_start, INTERVAL 1 MONTH)
GROUP BY 1
ORDER BY 1 NULLS LAST;
