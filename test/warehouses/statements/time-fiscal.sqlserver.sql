SELECT
  DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) - (MONTH(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) + 1) % 12, CAST('1900-01-01' AS date)) AS [metric_time__fiscal_year],
  DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) - (MONTH(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) + 1) % 3, CAST('1900-01-01' AS date)) AS [metric_time__fiscal_quarter],
  count(*) AS [orders_placed]
FROM [orders]
WHERE [orders].[ordered_at] >= @p1
  AND [orders].[ordered_at] < @p2
GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) - (MONTH(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) + 1) % 12, CAST('1900-01-01' AS date)), DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) - (MONTH(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) + 1) % 3, CAST('1900-01-01' AS date))
ORDER BY CASE WHEN DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) - (MONTH(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) + 1) % 12, CAST('1900-01-01' AS date)) IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) - (MONTH(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) + 1) % 3, CAST('1900-01-01' AS date)) IS NULL THEN 1 ELSE 0 END, 2;
