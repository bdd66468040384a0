SELECT
  count(*) AS [product_count]
FROM [products]
WHERE (CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE @p1 ESCAPE N'\' OR CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE @p2 ESCAPE N'\' OR NOT (CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE @p3 ESCAPE N'\'));
