SELECT
  CAST(CASE WHEN [orders].[coupon] IS NOT NULL THEN 1 WHEN NOT ([orders].[coupon] IS NOT NULL) THEN 0 END AS bit) AS [has_coupon],
  [store].[is_online] AS [store.is_online],
  CASE WHEN [store].[is_online] = 1 THEN N'web' ELSE N'store' END AS [store.channel],
  count(*) AS [orders_placed]
FROM [orders]
LEFT JOIN [stores] AS [store] ON [store].[store_id] = [orders].[store_id]
WHERE (CAST(CASE WHEN [orders].[customer_id] IS NULL THEN 1 WHEN NOT ([orders].[customer_id] IS NULL) THEN 0 END AS bit) = @p1 OR [store].[is_online] <> @p2)
  AND [store].[is_online] = 1
GROUP BY CAST(CASE WHEN [orders].[coupon] IS NOT NULL THEN 1 WHEN NOT ([orders].[coupon] IS NOT NULL) THEN 0 END AS bit), [store].[is_online], CASE WHEN [store].[is_online] = 1 THEN N'web' ELSE N'store' END
ORDER BY CASE WHEN CAST(CASE WHEN [orders].[coupon] IS NOT NULL THEN 1 WHEN NOT ([orders].[coupon] IS NOT NULL) THEN 0 END AS bit) IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [store].[is_online] IS NULL THEN 1 ELSE 0 END, 2, CASE WHEN (CASE WHEN [store].[is_online] = 1 THEN N'web' ELSE N'store' END) IS NULL THEN 1 ELSE 0 END, 3;
