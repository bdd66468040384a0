SELECT
  count(*) AS [return_count]
FROM [returns]
WHERE [returns].[returned_on] >= @p1 AND [returns].[returned_on] < @p2
  AND NOT ([returns].[returned_on] >= @p3 AND [returns].[returned_on] < @p4);
