SELECT
  [stitched].[metric_time] AS [metric_time],
  coalesce(max([stitched].[orders_placed]), 0) AS [orders_placed],
  coalesce(max([stitched].[orders_placed_2]), 0) AS [orders_placed__previous],
  CAST(coalesce(max([stitched].[orders_placed]), 0) - coalesce(max([stitched].[orders_placed_2]), 0) AS float(53)) / nullif(CAST(abs(coalesce(max([stitched].[orders_placed_2]), 0)) AS float(53)), 0) AS [orders_placed__percent]
FROM (
  SELECT
    CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date) AS [metric_time],
    count(*) AS [orders_placed],
    CAST(NULL AS tinyint) AS [orders_placed_2]
  FROM [orders]
  WHERE [orders].[ordered_at] >= CAST(@p1 AS datetimeoffset(7))
    AND [orders].[ordered_at] < CAST(@p2 AS datetimeoffset(7))
  GROUP BY CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)
  UNION ALL
  SELECT
    DATEADD(month, 1, CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)) AS [metric_time],
    CAST(NULL AS tinyint) AS [orders_placed],
    count(*) AS [orders_placed_2]
  FROM [orders]
  WHERE [orders].[ordered_at] >= CAST(@p3 AS datetimeoffset(7))
    AND [orders].[ordered_at] < CAST(@p4 AS datetimeoffset(7))
    AND CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date) IS NOT NULL
    AND DATEADD(month, -1, DATEADD(month, 1, CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date))) = CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)
    AND DATEADD(month, 1, CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)) >= CAST('2026-03-01' AS date)
    AND DATEADD(month, 1, CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)) < CAST('2026-04-01' AS date)
  GROUP BY DATEADD(month, 1, CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date))
) AS [stitched]
GROUP BY [stitched].[metric_time]
ORDER BY CASE WHEN [stitched].[metric_time] IS NULL THEN 1 ELSE 0 END, 1;
