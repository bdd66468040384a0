SELECT
  [periods].[period_start] AS [metric_time],
  [by_day].[product_department] AS [product.department],
  sum([by_day].[running_revenue] + CAST(0 AS decimal(1, 0))) AS [running_revenue]
FROM (
  SELECT
    CAST(CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7)) AS date) AS [day],
    [product].[department] AS [product_department],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [running_revenue]
  FROM [order_lines]
  LEFT JOIN [products] AS [product] ON [product].[product_id] = [order_lines].[product_id]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  WHERE [order].[ordered_at] < CAST(@p1 AS datetimeoffset(7))
  GROUP BY CAST(CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7)) AS date), [product].[department]
) AS [by_day]
CROSS JOIN (
  SELECT DATEADD(month, CASE WHEN numbers.n < 6 THEN numbers.n ELSE 0 END, CAST('2025-01-01' AS date)) AS period_start
  FROM (SELECT digit_0.n AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0) AS numbers
  WHERE numbers.n < 6
) AS [periods]
WHERE [by_day].[day] < DATEADD(month, 1, [periods].[period_start])
GROUP BY [periods].[period_start], [by_day].[product_department]
ORDER BY CASE WHEN [periods].[period_start] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [by_day].[product_department] IS NULL THEN 1 ELSE 0 END, 2;
