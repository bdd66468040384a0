SELECT
  [region].[country] AS [region.country],
  [customers].[segment] AS [customers.segment]
FROM [customers]
LEFT JOIN [regions] AS [region] ON [region].[region_id] = [customers].[region_id]
GROUP BY [region].[country], [customers].[segment]
ORDER BY CASE WHEN [region].[country] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [customers].[segment] IS NULL THEN 1 ELSE 0 END, 2
OFFSET 10 ROWS FETCH NEXT 10 ROWS ONLY;
