SELECT
  DATEADD(day, -((DATEDIFF(day, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) % 7 + 14) % 7), CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)) AS [metric_time],
  count(*) AS [orders_placed]
FROM [orders]
WHERE [orders].[ordered_at] >= CAST(@p1 AS datetimeoffset(7))
  AND [orders].[ordered_at] < CAST(@p2 AS datetimeoffset(7))
GROUP BY DATEADD(day, -((DATEDIFF(day, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) % 7 + 14) % 7), CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date))
ORDER BY CASE WHEN DATEADD(day, -((DATEDIFF(day, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7))) % 7 + 14) % 7), CAST(CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS date)) IS NULL THEN 1 ELSE 0 END, 1;
