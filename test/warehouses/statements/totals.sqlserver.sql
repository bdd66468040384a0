SELECT
  [product].[department] AS [product.department],
  sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue],
  CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) - sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[cost] END) + CAST(0 AS decimal(1, 0))) AS float(53)) / nullif(CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS float(53)), 0) AS [margin]
FROM [order_lines]
LEFT JOIN [products] AS [product] ON [product].[product_id] = [order_lines].[product_id]
LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
GROUP BY [product].[department]
ORDER BY CASE WHEN [product].[department] IS NULL THEN 1 ELSE 0 END, 1
OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY;

SELECT
  sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue],
  CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) - sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[cost] END) + CAST(0 AS decimal(1, 0))) AS float(53)) / nullif(CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS float(53)), 0) AS [margin]
FROM [order_lines]
LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id];
