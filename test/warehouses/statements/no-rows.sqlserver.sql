SELECT
  [returns].[reason] AS [reason],
  count(*) AS [return_count]
FROM [returns]
GROUP BY [returns].[reason]
ORDER BY CASE WHEN [returns].[reason] IS NULL THEN 1 ELSE 0 END, 1
OFFSET 9223372036854775807 ROWS;
