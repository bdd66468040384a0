SELECT
  periods.period_start AS metric_time,
  sum(by_day.revenue_fiscal_ytd) AS revenue_fiscal_ytd
FROM (
  SELECT
    CAST(("order".ordered_at AT TIME ZONE 'UTC') AS date) AS "day",
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue_fiscal_ytd
  FROM order_lines
  LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
  WHERE "order".ordered_at >= CAST($1 AS timestamptz)
    AND "order".ordered_at < CAST($2 AS timestamptz)
  GROUP BY 1
) AS by_day
CROSS JOIN (
  SELECT CAST(DATEADD(month, CASE WHEN numbers.n < 12 THEN numbers.n ELSE 0 END, (DATE '2025-01-01')) AS date) AS period_start
  FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
  WHERE numbers.n < 12
) AS periods
WHERE by_day."day" >= CAST(DATEADD(month, 10, date_trunc('year', DATEADD(month, -10, periods.period_start))) AS date)
  AND by_day."day" < CAST(DATEADD(month, 1, periods.period_start) AS date)
GROUP BY 1
ORDER BY 1;
