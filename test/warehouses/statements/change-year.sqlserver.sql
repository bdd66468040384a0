SELECT
  [stitched].[metric_time] AS [metric_time],
  max([stitched].[revenue]) AS [revenue],
  CAST(max([stitched].[revenue]) - max([stitched].[revenue_2]) AS float(53)) / nullif(CAST(abs(max([stitched].[revenue_2])) AS float(53)), 0) AS [revenue_growth]
FROM (
  SELECT
    DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date)) AS [metric_time],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue],
    CAST(NULL AS tinyint) AS [revenue_2]
  FROM [order_lines]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  WHERE [order].[ordered_at] >= CAST(@p1 AS datetimeoffset(7))
    AND [order].[ordered_at] < CAST(@p2 AS datetimeoffset(7))
  GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date))
  UNION ALL
  SELECT
    DATEADD(month, 12, DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date))) AS [metric_time],
    CAST(NULL AS tinyint) AS [revenue],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue_2]
  FROM [order_lines]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  WHERE [order].[ordered_at] >= CAST(@p3 AS datetimeoffset(7))
    AND [order].[ordered_at] < CAST(@p4 AS datetimeoffset(7))
    AND DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date)) IS NOT NULL
  GROUP BY DATEADD(month, 12, DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date)))
) AS [stitched]
GROUP BY [stitched].[metric_time]
ORDER BY CASE WHEN [stitched].[metric_time] IS NULL THEN 1 ELSE 0 END, 1;
