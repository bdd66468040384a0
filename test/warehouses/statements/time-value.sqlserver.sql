SELECT
  CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) AS [orders.ordered_at],
  [orders].[coupon] AS [orders.coupon]
FROM [orders]
WHERE [orders].[coupon] IS NOT NULL
GROUP BY CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)), [orders].[coupon]
ORDER BY CASE WHEN CAST(SWITCHOFFSET([orders].[ordered_at], '+00:00') AS datetime2(7)) IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [orders].[coupon] IS NULL THEN 1 ELSE 0 END, 2
OFFSET 0 ROWS FETCH NEXT 3 ROWS ONLY;
