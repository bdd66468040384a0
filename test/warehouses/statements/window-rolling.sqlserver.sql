SELECT
  [stitched].[metric_time] AS [metric_time],
  coalesce(max([stitched].[buyers_90d]), 0) AS [buyers_90d],
  max([stitched].[revenue_28d]) AS [revenue_28d]
FROM (
  SELECT
    [periods].[period_start] AS [metric_time],
    count(DISTINCT CASE WHEN [orders].[status] <> N'cancelled' THEN [orders].[customer_id] END) AS [buyers_90d],
    CAST(NULL AS tinyint) AS [revenue_28d]
  FROM [orders]
  CROSS JOIN (
    SELECT DATEADD(day, CASE WHEN numbers.n < 27 THEN numbers.n * 7 ELSE 0 END, CAST('2024-12-30' AS date)) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 27
  ) AS [periods]
  WHERE CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) >= DATEADD(day, -90, CAST((CASE WHEN DATEADD(day, 7, [periods].[period_start]) > CAST('2025-07-01T00:00:00' AS datetime2(7)) THEN CAST('2025-07-01T00:00:00' AS datetime2(7)) ELSE DATEADD(day, 7, [periods].[period_start]) END) AS datetime2(7)))
    AND CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) < (CASE WHEN DATEADD(day, 7, [periods].[period_start]) > CAST('2025-07-01T00:00:00' AS datetime2(7)) THEN CAST('2025-07-01T00:00:00' AS datetime2(7)) ELSE DATEADD(day, 7, [periods].[period_start]) END)
  GROUP BY [periods].[period_start]
  UNION ALL
  SELECT
    [periods].[period_start] AS [metric_time],
    CAST(NULL AS tinyint) AS [buyers_90d],
    sum([by_day].[revenue_28d] + CAST(0 AS decimal(1, 0))) AS [revenue_28d]
  FROM (
    SELECT
      CAST(CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7)) AS date) AS [day],
      sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue_28d]
    FROM [order_lines]
    LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
    WHERE [order].[ordered_at] >= CAST(@p1 AS datetimeoffset(7))
      AND [order].[ordered_at] < CAST(@p2 AS datetimeoffset(7))
    GROUP BY CAST(CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7)) AS date)
  ) AS [by_day]
  CROSS JOIN (
    SELECT DATEADD(day, CASE WHEN numbers.n < 27 THEN numbers.n * 7 ELSE 0 END, CAST('2024-12-30' AS date)) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 27
  ) AS [periods]
  WHERE [by_day].[day] >= DATEADD(day, -28, (CASE WHEN DATEADD(day, 7, [periods].[period_start]) > CAST('2025-07-01' AS date) THEN CAST('2025-07-01' AS date) ELSE DATEADD(day, 7, [periods].[period_start]) END))
    AND [by_day].[day] < (CASE WHEN DATEADD(day, 7, [periods].[period_start]) > CAST('2025-07-01' AS date) THEN CAST('2025-07-01' AS date) ELSE DATEADD(day, 7, [periods].[period_start]) END)
  GROUP BY [periods].[period_start]
) AS [stitched]
GROUP BY [stitched].[metric_time]
ORDER BY CASE WHEN [stitched].[metric_time] IS NULL THEN 1 ELSE 0 END, 1;
