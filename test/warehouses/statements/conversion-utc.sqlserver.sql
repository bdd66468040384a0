SELECT
  [each_row].[device] AS [device],
  CAST(count([each_row].[visit_to_order_rate]) AS float(53)) / nullif(CAST(count([each_row].[visits]) AS float(53)), 0) AS [visit_to_order_rate]
FROM (
  SELECT
    [web_sessions].[device] AS [device],
    CASE WHEN EXISTS (
    SELECT
      1 AS [found]
    FROM [orders]
    WHERE [orders].[customer_id] = [web_sessions].[customer_id]
      AND CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) >= CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))
      AND CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) < DATEADD(day, 1, CAST(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7)) AS datetime2(7)))
  ) THEN 1 END AS [visit_to_order_rate],
    1 AS [visits]
  FROM [web_sessions]
) AS [each_row]
GROUP BY [each_row].[device]
ORDER BY CASE WHEN [each_row].[device] IS NULL THEN 1 ELSE 0 END, 1;
