SELECT
  CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) - sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[cost] END) + CAST(0 AS decimal(1, 0))) AS float(53)) / nullif(CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS float(53)), 0) AS [margin],
  CAST(sum((CASE WHEN [order].[status] <> N'cancelled' AND [store].[is_online] = 1 THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS float(53)) / nullif(CAST(sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS float(53)), 0) AS [online_share]
FROM [order_lines]
LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
LEFT JOIN [stores] AS [store] ON [store].[store_id] = [order].[store_id]
ORDER BY (SELECT NULL)
OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY;
