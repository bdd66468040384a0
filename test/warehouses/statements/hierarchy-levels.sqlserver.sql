SELECT
  count(*) AS [customer_count]
FROM [customers]
LEFT JOIN [regions] AS [region] ON [region].[region_id] = [customers].[region_id]
WHERE [region].[country] = @p1 AND [region].[region] = @p2;
