WITH [datamind_rows] AS (
  SELECT
    [stitched].[metric_time] AS [metric_time],
    coalesce(max([stitched].[visits]), 0) AS [visits]
  FROM (
    SELECT
      DATETIME2FROMPARTS(YEAR(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), MONTH(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), DAY(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), DATEPART(hour, CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), 0, 0, 0, 0) AS [metric_time],
      count(*) AS [visits]
    FROM [web_sessions]
    WHERE [web_sessions].[started_at] >= CAST(@p1 AS datetimeoffset(7))
      AND [web_sessions].[started_at] < CAST(@p2 AS datetimeoffset(7))
    GROUP BY DATETIME2FROMPARTS(YEAR(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), MONTH(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), DAY(CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), DATEPART(hour, CAST(SWITCHOFFSET([web_sessions].[started_at], '+00:00') AS datetime2(7))), 0, 0, 0, 0)
  ) AS [stitched]
  GROUP BY [stitched].[metric_time]
)
SELECT
  [stitched].[metric_time] AS [metric_time],
  coalesce(max([stitched].[visits]), 0) AS [visits]
FROM (
  SELECT
    [found].[metric_time] AS [metric_time],
    [found].[visits] AS [visits]
  FROM [datamind_rows] AS [found]
  UNION ALL
  SELECT
    [periods].[period_start] AS [metric_time],
    CAST(NULL AS tinyint) AS [visits]
  FROM (
    SELECT DATEADD(minute, CASE WHEN numbers.n < 48 THEN numbers.n * 60 ELSE 0 END, CAST(CAST('2026-01-01T00:00:00' AS datetime2(7)) AS datetime2(7))) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 48
  ) AS [periods]
) AS [stitched]
GROUP BY [stitched].[metric_time]
ORDER BY CASE WHEN [stitched].[metric_time] IS NULL THEN 1 ELSE 0 END, 1;
