SELECT
  [placed].[product_department] AS [product.department],
  [placed].[product_name] AS [product.name],
  [placed].[revenue] AS [revenue]
FROM (
  SELECT
    [finished].[product_department] AS [product_department],
    [finished].[product_name] AS [product_name],
    [finished].[revenue] AS [revenue],
    row_number() OVER (PARTITION BY [finished].[product_department] ORDER BY CASE WHEN [finished].[revenue] IS NULL THEN 1 ELSE 0 END, [finished].[revenue] DESC, CASE WHEN [finished].[product_department] IS NULL THEN 1 ELSE 0 END, [finished].[product_department], CASE WHEN [finished].[product_name] IS NULL THEN 1 ELSE 0 END, [finished].[product_name]) AS [place]
  FROM (
    SELECT
      [product].[department] AS [product_department],
      [product].[name] AS [product_name],
      sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue]
    FROM [order_lines]
    LEFT JOIN [products] AS [product] ON [product].[product_id] = [order_lines].[product_id]
    LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
    GROUP BY [product].[department], [product].[name]
  ) AS [finished]
) AS [placed]
WHERE [placed].[place] <= 3
ORDER BY 3 DESC, CASE WHEN [placed].[product_department] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [placed].[product_name] IS NULL THEN 1 ELSE 0 END, 2;
