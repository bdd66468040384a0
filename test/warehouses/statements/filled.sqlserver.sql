WITH [datamind_rows] AS (
  SELECT
    [stitched].[metric_time] AS [metric_time],
    [stitched].[reason] AS [reason],
    coalesce(max([stitched].[return_count]), 0) AS [return_count],
    max([stitched].[refunds]) AS [refunds]
  FROM (
    SELECT
      DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]), CAST('1900-01-01' AS date)) AS [metric_time],
      [returns].[reason] AS [reason],
      count(*) AS [return_count],
      sum([returns].[refund] + CAST(0 AS decimal(1, 0))) AS [refunds]
    FROM [returns]
    WHERE [returns].[returned_on] >= CAST(@p1 AS date)
      AND [returns].[returned_on] < CAST(@p2 AS date)
    GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]), CAST('1900-01-01' AS date)), [returns].[reason]
  ) AS [stitched]
  GROUP BY [stitched].[metric_time], [stitched].[reason]
)
SELECT
  [stitched].[metric_time] AS [metric_time],
  [stitched].[reason] AS [reason],
  coalesce(max([stitched].[return_count]), 0) AS [return_count],
  coalesce(max([stitched].[refunds]), 0) AS [refunds]
FROM (
  SELECT
    [found].[metric_time] AS [metric_time],
    [found].[reason] AS [reason],
    [found].[return_count] AS [return_count],
    [found].[refunds] AS [refunds]
  FROM [datamind_rows] AS [found]
  UNION ALL
  SELECT
    [periods].[period_start] AS [metric_time],
    [others].[reason] AS [reason],
    CAST(NULL AS tinyint) AS [return_count],
    CAST(NULL AS tinyint) AS [refunds]
  FROM (
    SELECT DATEADD(month, CASE WHEN numbers.n < 12 THEN numbers.n ELSE 0 END, CAST('2025-01-01' AS date)) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 12
  ) AS [periods]
  CROSS JOIN (
    SELECT DISTINCT
      [found].[reason] AS [reason]
    FROM [datamind_rows] AS [found]
  ) AS [others]
) AS [stitched]
GROUP BY [stitched].[metric_time], [stitched].[reason]
ORDER BY CASE WHEN [stitched].[metric_time] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [stitched].[reason] IS NULL THEN 1 ELSE 0 END, 2;
