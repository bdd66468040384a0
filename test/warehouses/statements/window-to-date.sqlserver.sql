SELECT
  [periods].[period_start] AS [metric_time],
  sum([by_day].[revenue_fiscal_ytd] + CAST(0 AS decimal(1, 0))) AS [revenue_fiscal_ytd]
FROM (
  SELECT
    CAST(CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7)) AS date) AS [day],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue_fiscal_ytd]
  FROM [order_lines]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  WHERE [order].[ordered_at] >= CAST(@p1 AS datetimeoffset(7))
    AND [order].[ordered_at] < CAST(@p2 AS datetimeoffset(7))
  GROUP BY CAST(CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7)) AS date)
) AS [by_day]
CROSS JOIN (
  SELECT DATEADD(month, CASE WHEN numbers.n < 12 THEN numbers.n ELSE 0 END, CAST('2025-01-01' AS date)) AS period_start
  FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
  WHERE numbers.n < 12
) AS [periods]
WHERE [by_day].[day] >= DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [periods].[period_start]) - (MONTH([periods].[period_start]) + 1) % 12, CAST('1900-01-01' AS date))
  AND [by_day].[day] < DATEADD(month, 1, [periods].[period_start])
GROUP BY [periods].[period_start]
ORDER BY CASE WHEN [periods].[period_start] IS NULL THEN 1 ELSE 0 END, 1;
