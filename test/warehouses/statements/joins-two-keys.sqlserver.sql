SELECT
  [product].[category] AS [line.product.category],
  coalesce(sum([returns].[refund] + CAST(0 AS decimal(1, 0))), 0) AS [refunds]
FROM [returns]
LEFT JOIN [order_lines] AS [line] ON [line].[line_number] = [returns].[line_number] AND [line].[order_id] = [returns].[order_id]
LEFT JOIN [products] AS [product] ON [product].[product_id] = [line].[product_id]
GROUP BY [product].[category]
ORDER BY CASE WHEN [product].[category] IS NULL THEN 1 ELSE 0 END, 1;
