SELECT
  count(*) AS [return_count]
FROM [returns]
WHERE [returns].[returned_on] >= CAST(@p1 AS date) AND [returns].[returned_on] < CAST(@p2 AS date)
  AND NOT ([returns].[returned_on] >= CAST(@p3 AS date) AND [returns].[returned_on] < CAST(@p4 AS date));
