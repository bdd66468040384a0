SELECT
  count(*) AS [product_count],
  max([products].[weight]) AS [heaviest]
FROM [products]
WHERE [products].[list_price] >= CAST(@p1 AS decimal(38, 2))
  AND [products].[weight] IN (CAST(@p2 AS decimal(38, 1)), @p3);
