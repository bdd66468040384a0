SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.buyers_90d), 0) AS buyers_90d,
  max(stitched.revenue_28d) AS revenue_28d
FROM (
  SELECT
    periods.period_start AS metric_time,
    count(DISTINCT CASE WHEN orders.status <> 'cancelled' THEN orders.customer_id END) AS buyers_90d,
    CAST(NULL AS NUMBER(1, 0)) AS revenue_28d
  FROM orders
  CROSS JOIN (
    SELECT DATEADD(day, CASE WHEN numbers.n < 27 THEN numbers.n * 7 ELSE 0 END, (DATE '2024-12-30')) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 27
  ) AS periods
  WHERE CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) >= DATEADD(day, -90, CAST((CASE WHEN DATEADD(day, 7, periods.period_start) > CAST('2025-07-01 00:00:00' AS TIMESTAMP_NTZ) THEN CAST('2025-07-01 00:00:00' AS TIMESTAMP_NTZ) ELSE DATEADD(day, 7, periods.period_start) END) AS TIMESTAMP_NTZ))
    AND CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) < (CASE WHEN DATEADD(day, 7, periods.period_start) > CAST('2025-07-01 00:00:00' AS TIMESTAMP_NTZ) THEN CAST('2025-07-01 00:00:00' AS TIMESTAMP_NTZ) ELSE DATEADD(day, 7, periods.period_start) END)
  GROUP BY 1
  UNION ALL
  SELECT
    periods.period_start AS metric_time,
    CAST(NULL AS NUMBER(1, 0)) AS buyers_90d,
    sum(by_day.revenue_28d) AS revenue_28d
  FROM (
    SELECT
      CAST(CAST(CONVERT_TIMEZONE('UTC', "ORDER".ordered_at) AS TIMESTAMP_NTZ) AS DATE) AS "DAY",
      sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue_28d
    FROM order_lines
    LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
    WHERE "ORDER".ordered_at >= CAST(? AS TIMESTAMP_TZ)
      AND "ORDER".ordered_at < CAST(? AS TIMESTAMP_TZ)
    GROUP BY 1
  ) AS by_day
  CROSS JOIN (
    SELECT DATEADD(day, CASE WHEN numbers.n < 27 THEN numbers.n * 7 ELSE 0 END, (DATE '2024-12-30')) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 27
  ) AS periods
  WHERE by_day."DAY" >= DATEADD(day, -28, (CASE WHEN DATEADD(day, 7, periods.period_start) > (DATE '2025-07-01') THEN DATE '2025-07-01' ELSE DATEADD(day, 7, periods.period_start) END))
    AND by_day."DAY" < (CASE WHEN DATEADD(day, 7, periods.period_start) > (DATE '2025-07-01') THEN DATE '2025-07-01' ELSE DATEADD(day, 7, periods.period_start) END)
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
