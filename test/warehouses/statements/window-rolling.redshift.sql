SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.buyers_90d), 0) AS buyers_90d,
  max(stitched.revenue_28d) AS revenue_28d
FROM (
  SELECT
    periods.period_start AS metric_time,
    count(DISTINCT CASE WHEN orders.status <> 'cancelled' THEN orders.customer_id END) AS buyers_90d,
    CAST(NULL AS smallint) AS revenue_28d
  FROM orders
  CROSS JOIN (
    SELECT CAST(DATEADD(day, CASE WHEN numbers.n < 27 THEN numbers.n * 7 ELSE 0 END, (DATE '2024-12-30')) AS date) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 27
  ) AS periods
  WHERE (orders.ordered_at AT TIME ZONE 'UTC') >= DATEADD(day, -90, (CASE WHEN CAST(DATEADD(day, 7, periods.period_start) AS date) > (TIMESTAMP '2025-07-01 00:00:00') THEN TIMESTAMP '2025-07-01 00:00:00' ELSE CAST(DATEADD(day, 7, periods.period_start) AS date) END))
    AND (orders.ordered_at AT TIME ZONE 'UTC') < (CASE WHEN CAST(DATEADD(day, 7, periods.period_start) AS date) > (TIMESTAMP '2025-07-01 00:00:00') THEN TIMESTAMP '2025-07-01 00:00:00' ELSE CAST(DATEADD(day, 7, periods.period_start) AS date) END)
  GROUP BY 1
  UNION ALL
  SELECT
    periods.period_start AS metric_time,
    CAST(NULL AS smallint) AS buyers_90d,
    sum(by_day.revenue_28d) AS revenue_28d
  FROM (
    SELECT
      CAST(("order".ordered_at AT TIME ZONE 'UTC') AS date) AS "day",
      sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue_28d
    FROM order_lines
    LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
    WHERE "order".ordered_at >= CAST($1 AS timestamptz)
      AND "order".ordered_at < CAST($2 AS timestamptz)
    GROUP BY 1
  ) AS by_day
  CROSS JOIN (
    SELECT CAST(DATEADD(day, CASE WHEN numbers.n < 27 THEN numbers.n * 7 ELSE 0 END, (DATE '2024-12-30')) AS date) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 27
  ) AS periods
  WHERE by_day."day" >= CAST(DATEADD(day, -28, (CASE WHEN CAST(DATEADD(day, 7, periods.period_start) AS date) > (DATE '2025-07-01') THEN DATE '2025-07-01' ELSE CAST(DATEADD(day, 7, periods.period_start) AS date) END)) AS date)
    AND by_day."day" < (CASE WHEN CAST(DATEADD(day, 7, periods.period_start) AS date) > (DATE '2025-07-01') THEN DATE '2025-07-01' ELSE CAST(DATEADD(day, 7, periods.period_start) AS date) END)
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1;
