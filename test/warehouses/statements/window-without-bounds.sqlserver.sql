WITH [datamind_bounds] AS (
  SELECT
    min(DATEADD(year, DATEDIFF(year, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([customers].[signed_up_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date))) AS [first_period],
    max(DATEADD(year, DATEDIFF(year, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([customers].[signed_up_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date))) AS [last_period]
  FROM [customers]
)
SELECT
  [periods].[period_start] AS [metric_time],
  sum([by_day].[customers_total] + CAST(0 AS decimal(1, 0))) AS [customers_total]
FROM (
  SELECT
    CAST(CAST(SWITCHOFFSET([customers].[signed_up_at], '+00:00') AS datetime2(7)) AS date) AS [day],
    count(*) AS [customers_total]
  FROM [customers]
  GROUP BY CAST(CAST(SWITCHOFFSET([customers].[signed_up_at], '+00:00') AS datetime2(7)) AS date)
) AS [by_day]
CROSS JOIN (
  SELECT DATEADD(month, CASE WHEN numbers.n * 12 <= DATEDIFF(month, [bounds].[first_period], [bounds].[last_period]) THEN numbers.n * 12 ELSE 0 END, [bounds].[first_period]) AS period_start
  FROM [datamind_bounds] AS [bounds]
  CROSS JOIN (SELECT digit_0.n + digit_1.n * 10 + digit_2.n * 100 + digit_3.n * 1000 + digit_4.n * 10000 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_2
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_3
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_4) AS numbers
  WHERE numbers.n * 12 <= DATEDIFF(month, [bounds].[first_period], [bounds].[last_period])
    AND 1 / CASE WHEN DATEDIFF(month, [bounds].[first_period], [bounds].[last_period]) >= 1200000 THEN 0 ELSE 1 END = 1
) AS [periods]
WHERE [by_day].[day] < DATEADD(month, 12, [periods].[period_start])
GROUP BY [periods].[period_start]
ORDER BY CASE WHEN [periods].[period_start] IS NULL THEN 1 ELSE 0 END, 1;
