SELECT
  CASE WHEN [store].[is_online] = 1 THEN N'web' ELSE N'store' END AS [store.channel],
  count(DISTINCT CASE WHEN [orders].[status] <> N'cancelled' THEN [orders].[customer_id] END) AS [buyers],
  count(DISTINCT CASE WHEN [orders].[status] <> N'cancelled' THEN [orders].[customer_id] END) AS [buyers_estimate]
FROM [orders]
LEFT JOIN [stores] AS [store] ON [store].[store_id] = [orders].[store_id]
GROUP BY CASE WHEN [store].[is_online] = 1 THEN N'web' ELSE N'store' END
ORDER BY CASE WHEN (CASE WHEN [store].[is_online] = 1 THEN N'web' ELSE N'store' END) IS NULL THEN 1 ELSE 0 END, 1;
