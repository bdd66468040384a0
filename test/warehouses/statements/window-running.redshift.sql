SELECT
  periods.period_start AS metric_time,
  by_day.product_department AS "product.department",
  sum(by_day.running_revenue) AS running_revenue
FROM (
  SELECT
    CAST(("order".ordered_at AT TIME ZONE 'UTC') AS date) AS "day",
    product.department AS product_department,
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS running_revenue
  FROM order_lines
  LEFT JOIN products AS product ON product.product_id = order_lines.product_id
  LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
  WHERE "order".ordered_at < CAST($1 AS timestamptz)
  GROUP BY 1, 2
) AS by_day
CROSS JOIN (
  SELECT CAST(DATEADD(month, CASE WHEN numbers.n < 6 THEN numbers.n ELSE 0 END, (DATE '2025-01-01')) AS date) AS period_start
  FROM (SELECT digit_0.n AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0) AS numbers
  WHERE numbers.n < 6
) AS periods
WHERE by_day."day" < CAST(DATEADD(month, 1, periods.period_start) AS date)
GROUP BY 1, 2
ORDER BY 1, 2;
