SELECT
  periods.period_start AS metric_time,
  by_day.product_department AS "product.department",
  sum(by_day.running_revenue) AS running_revenue
FROM (
  SELECT
    CAST(CAST(CONVERT_TIMEZONE('UTC', "ORDER".ordered_at) AS TIMESTAMP_NTZ) AS DATE) AS "DAY",
    product.department AS product_department,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS running_revenue
  FROM order_lines
  LEFT JOIN products AS product ON product.product_id = order_lines.product_id
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  WHERE "ORDER".ordered_at < CAST(? AS TIMESTAMP_TZ)
  GROUP BY 1, 2
) AS by_day
CROSS JOIN (
  SELECT DATEADD(month, CASE WHEN numbers.n < 6 THEN numbers.n ELSE 0 END, (DATE '2025-01-01')) AS period_start
  FROM (SELECT digit_0.n AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0) AS numbers
  WHERE numbers.n < 6
) AS periods
WHERE by_day."DAY" < DATEADD(month, 1, periods.period_start)
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
