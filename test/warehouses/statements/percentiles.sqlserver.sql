SELECT
  [each_row].[product_department] AS [product.department],
  max(CASE WHEN [each_row].[median_unit_price_rank] = floor(([each_row].[median_unit_price_count] - 1) * 0.5) + 1 THEN CAST([each_row].[median_unit_price] AS float(53)) END) + (max(CASE WHEN [each_row].[median_unit_price_rank] = ceiling(([each_row].[median_unit_price_count] - 1) * 0.5) + 1 THEN CAST([each_row].[median_unit_price] AS float(53)) END) - max(CASE WHEN [each_row].[median_unit_price_rank] = floor(([each_row].[median_unit_price_count] - 1) * 0.5) + 1 THEN CAST([each_row].[median_unit_price] AS float(53)) END)) * max(([each_row].[median_unit_price_count] - 1) * 0.5 - floor(([each_row].[median_unit_price_count] - 1) * 0.5)) AS [median_unit_price],
  max(CASE WHEN [each_row].[p95_line_amount_rank] = floor(([each_row].[p95_line_amount_count] - 1) * 0.95) + 1 THEN CAST([each_row].[p95_line_amount] AS float(53)) END) + (max(CASE WHEN [each_row].[p95_line_amount_rank] = ceiling(([each_row].[p95_line_amount_count] - 1) * 0.95) + 1 THEN CAST([each_row].[p95_line_amount] AS float(53)) END) - max(CASE WHEN [each_row].[p95_line_amount_rank] = floor(([each_row].[p95_line_amount_count] - 1) * 0.95) + 1 THEN CAST([each_row].[p95_line_amount] AS float(53)) END)) * max(([each_row].[p95_line_amount_count] - 1) * 0.95 - floor(([each_row].[p95_line_amount_count] - 1) * 0.95)) AS [p95_line_amount],
  max([each_row].[largest_line]) AS [largest_line],
  count(DISTINCT [each_row].[products_sold]) AS [products_sold]
FROM (
  SELECT
    [product].[department] AS [product_department],
    [order_lines].[unit_price] AS [median_unit_price],
    [order_lines].[amount] AS [p95_line_amount],
    [order_lines].[amount] AS [largest_line],
    CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[product_id] END AS [products_sold],
    row_number() OVER (PARTITION BY [product].[department] ORDER BY CASE WHEN [order_lines].[unit_price] IS NULL THEN 1 ELSE 0 END, [order_lines].[unit_price]) AS [median_unit_price_rank],
    count([order_lines].[unit_price]) OVER (PARTITION BY [product].[department]) AS [median_unit_price_count],
    row_number() OVER (PARTITION BY [product].[department] ORDER BY CASE WHEN [order_lines].[amount] IS NULL THEN 1 ELSE 0 END, [order_lines].[amount]) AS [p95_line_amount_rank],
    count([order_lines].[amount]) OVER (PARTITION BY [product].[department]) AS [p95_line_amount_count]
  FROM [order_lines]
  LEFT JOIN [products] AS [product] ON [product].[product_id] = [order_lines].[product_id]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
) AS [each_row]
GROUP BY [each_row].[product_department]
ORDER BY CASE WHEN [each_row].[product_department] IS NULL THEN 1 ELSE 0 END, 1;
