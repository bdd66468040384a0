SELECT
  [each_row].[metric_time] AS [metric_time],
  [each_row].[store_name] AS [store.name],
  sum((CASE WHEN [each_row].[stock_at] = [each_row].[stock_last] THEN [each_row].[stock] END) + CAST(0 AS decimal(1, 0))) AS [stock],
  sum((CASE WHEN [each_row].[opening_stock_at] = [each_row].[opening_stock_first] THEN [each_row].[opening_stock] END) + CAST(0 AS decimal(1, 0))) AS [opening_stock],
  count([each_row].[out_of_stock_days]) AS [out_of_stock_days]
FROM (
  SELECT
    DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [stock_levels].[day]), CAST('1900-01-01' AS date)) AS [metric_time],
    [store].[name] AS [store_name],
    [stock_levels].[on_hand] AS [stock],
    [stock_levels].[on_hand] AS [opening_stock],
    CASE WHEN [stock_levels].[on_hand] = 0 THEN 1 END AS [out_of_stock_days],
    [stock_levels].[day] AS [stock_at],
    max([stock_levels].[day]) OVER (PARTITION BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [stock_levels].[day]), CAST('1900-01-01' AS date)), [store].[name], [stock_levels].[store_id], [stock_levels].[product_id]) AS [stock_last],
    [stock_levels].[day] AS [opening_stock_at],
    min([stock_levels].[day]) OVER (PARTITION BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [stock_levels].[day]), CAST('1900-01-01' AS date)), [store].[name], [stock_levels].[store_id], [stock_levels].[product_id]) AS [opening_stock_first]
  FROM [stock_levels]
  LEFT JOIN [stores] AS [store] ON [store].[store_id] = [stock_levels].[store_id]
  WHERE [stock_levels].[day] >= CAST(@p1 AS date)
    AND [stock_levels].[day] < CAST(@p2 AS date)
) AS [each_row]
GROUP BY [each_row].[metric_time], [each_row].[store_name]
ORDER BY CASE WHEN [each_row].[metric_time] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [each_row].[store_name] IS NULL THEN 1 ELSE 0 END, 2;
