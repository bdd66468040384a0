SELECT
  DATEADD(day, -((DATEDIFF(day, CAST('1900-01-01' AS date), [returns].[returned_on]) % 7 + 14) % 7), CAST([returns].[returned_on] AS date)) AS [metric_time__week],
  DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]) - (MONTH([returns].[returned_on]) + 1) % 3, CAST('1900-01-01' AS date)) AS [metric_time__fiscal_quarter],
  count(*) AS [return_count]
FROM [returns]
WHERE [returns].[returned_on] >= CAST(@p1 AS date)
GROUP BY DATEADD(day, -((DATEDIFF(day, CAST('1900-01-01' AS date), [returns].[returned_on]) % 7 + 14) % 7), CAST([returns].[returned_on] AS date)), DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]) - (MONTH([returns].[returned_on]) + 1) % 3, CAST('1900-01-01' AS date))
ORDER BY CASE WHEN DATEADD(day, -((DATEDIFF(day, CAST('1900-01-01' AS date), [returns].[returned_on]) % 7 + 14) % 7), CAST([returns].[returned_on] AS date)) IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]) - (MONTH([returns].[returned_on]) + 1) % 3, CAST('1900-01-01' AS date)) IS NULL THEN 1 ELSE 0 END, 2;
