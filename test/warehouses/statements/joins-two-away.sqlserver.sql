SELECT
  [stitched].[stores_region_country] AS [stores.region.country],
  max([stitched].[revenue]) AS [revenue],
  CAST(max([stitched].[revenue]) AS float(53)) / nullif(CAST(coalesce(max([stitched].[order_count]), 0) AS float(53)), 0) AS [average_order_value]
FROM (
  SELECT
    [region].[country] AS [stores_region_country],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue],
    CAST(NULL AS tinyint) AS [order_count]
  FROM [order_lines]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  LEFT JOIN [stores] AS [store] ON [store].[store_id] = [order].[store_id]
  LEFT JOIN [regions] AS [region] ON [region].[region_id] = [store].[region_id]
  WHERE [order].[status] IN (@p1, @p2)
  GROUP BY [region].[country]
  UNION ALL
  SELECT
    [region].[country] AS [stores_region_country],
    CAST(NULL AS tinyint) AS [revenue],
    count(CASE WHEN [orders].[status] <> N'cancelled' THEN 1 END) AS [order_count]
  FROM [orders]
  LEFT JOIN [stores] AS [store] ON [store].[store_id] = [orders].[store_id]
  LEFT JOIN [regions] AS [region] ON [region].[region_id] = [store].[region_id]
  WHERE [orders].[status] IN (@p3, @p4)
  GROUP BY [region].[country]
) AS [stitched]
GROUP BY [stitched].[stores_region_country]
ORDER BY 2 DESC, CASE WHEN [stitched].[stores_region_country] IS NULL THEN 1 ELSE 0 END, 1
OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY;
