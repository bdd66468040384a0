SELECT
  CASE WHEN [products].[list_price] < 50 THEN N'under 50' WHEN [products].[list_price] < 200 THEN N'50 to 200' ELSE N'200 and more' END AS [price_band],
  CAST(CASE WHEN CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE N'%Wool%' ESCAPE N'\' THEN 1 WHEN NOT (CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE N'%Wool%' ESCAPE N'\') THEN 0 END AS bit) AS [is_wool],
  count(*) AS [product_count]
FROM [products]
WHERE [products].[discontinued_on] IS NULL
GROUP BY CASE WHEN [products].[list_price] < 50 THEN N'under 50' WHEN [products].[list_price] < 200 THEN N'50 to 200' ELSE N'200 and more' END, CAST(CASE WHEN CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE N'%Wool%' ESCAPE N'\' THEN 1 WHEN NOT (CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE N'%Wool%' ESCAPE N'\') THEN 0 END AS bit)
ORDER BY CASE WHEN (CASE WHEN [products].[list_price] < 50 THEN N'under 50' WHEN [products].[list_price] < 200 THEN N'50 to 200' ELSE N'200 and more' END) IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN CAST(CASE WHEN CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE N'%Wool%' ESCAPE N'\' THEN 1 WHEN NOT (CAST([products].[name] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE N'%Wool%' ESCAPE N'\') THEN 0 END AS bit) IS NULL THEN 1 ELSE 0 END, 2;
