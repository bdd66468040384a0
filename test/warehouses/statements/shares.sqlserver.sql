SELECT
  [stitched].[product_department] AS [product.department],
  [stitched].[product_category] AS [product.category],
  max([stitched].[revenue]) AS [revenue],
  CAST(max([stitched].[revenue]) AS float(53)) / nullif(CAST(max([stitched].[revenue_total]) AS float(53)), 0) AS [revenue__share],
  CAST(max([stitched].[revenue]) - max([stitched].[cost]) AS float(53)) / nullif(CAST(max([stitched].[revenue]) AS float(53)), 0) AS [margin]
FROM (
  SELECT
    [grouped].[product_department] AS [product_department],
    [grouped].[product_category] AS [product_category],
    [grouped].[revenue] AS [revenue],
    [grouped].[cost] AS [cost],
    sum([grouped].[revenue] + CAST(0 AS decimal(1, 0))) OVER (PARTITION BY [grouped].[product_department]) AS [revenue_total]
  FROM (
    SELECT
      [product].[department] AS [product_department],
      [product].[category] AS [product_category],
      sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue],
      sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[cost] END) + CAST(0 AS decimal(1, 0))) AS [cost]
    FROM [order_lines]
    LEFT JOIN [products] AS [product] ON [product].[product_id] = [order_lines].[product_id]
    LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
    GROUP BY [product].[department], [product].[category]
  ) AS [grouped]
) AS [stitched]
GROUP BY [stitched].[product_department], [stitched].[product_category]
HAVING max([stitched].[revenue]) > @p1
ORDER BY CASE WHEN [stitched].[product_department] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [stitched].[product_category] IS NULL THEN 1 ELSE 0 END, 2;
