SELECT
  [stitched].[product_category] AS [product.category],
  max([stitched].[revenue]) AS [revenue]
FROM (
  SELECT
    [product].[category] AS [product_category],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue]
  FROM [order_lines]
  LEFT JOIN [products] AS [product] ON [product].[product_id] = [order_lines].[product_id]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  GROUP BY [product].[category]
) AS [stitched]
GROUP BY [stitched].[product_category]
HAVING (max([stitched].[revenue]) > @p1 OR [stitched].[product_category] = @p2)
ORDER BY CASE WHEN [stitched].[product_category] IS NULL THEN 1 ELSE 0 END, 1;
