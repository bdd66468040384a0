SELECT
  [stitched].[metric_time] AS [metric_time],
  CAST(max([stitched].[revenue]) AS float(53)) / nullif(CAST(max([stitched].[target]) AS float(53)), 0) AS [target_attainment],
  max([stitched].[revenue]) - coalesce(max([stitched].[refunds]), 0) AS [net_revenue],
  CAST(coalesce(max([stitched].[units_returned]), 0) AS float(53)) / nullif(CAST(max([stitched].[units_sold]) AS float(53)), 0) AS [return_rate]
FROM (
  SELECT
    DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date)) AS [metric_time],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[amount] END) + CAST(0 AS decimal(1, 0))) AS [revenue],
    CAST(NULL AS tinyint) AS [target],
    CAST(NULL AS tinyint) AS [refunds],
    CAST(NULL AS tinyint) AS [units_returned],
    sum((CASE WHEN [order].[status] <> N'cancelled' THEN [order_lines].[quantity] END) + CAST(0 AS decimal(1, 0))) AS [units_sold]
  FROM [order_lines]
  LEFT JOIN [orders] AS [order] ON [order].[order_id] = [order_lines].[order_id]
  WHERE [order].[ordered_at] >= CAST(@p1 AS datetimeoffset(7))
    AND [order].[ordered_at] < CAST(@p2 AS datetimeoffset(7))
  GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), CAST(SWITCHOFFSET([order].[ordered_at], '+00:00') AS datetime2(7))), CAST('1900-01-01' AS date))
  UNION ALL
  SELECT
    DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [sales_targets].[month]), CAST('1900-01-01' AS date)) AS [metric_time],
    CAST(NULL AS tinyint) AS [revenue],
    sum([sales_targets].[target] + CAST(0 AS decimal(1, 0))) AS [target],
    CAST(NULL AS tinyint) AS [refunds],
    CAST(NULL AS tinyint) AS [units_returned],
    CAST(NULL AS tinyint) AS [units_sold]
  FROM [sales_targets]
  WHERE [sales_targets].[month] >= CAST(@p3 AS date)
    AND [sales_targets].[month] < CAST(@p4 AS date)
  GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [sales_targets].[month]), CAST('1900-01-01' AS date))
  UNION ALL
  SELECT
    DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]), CAST('1900-01-01' AS date)) AS [metric_time],
    CAST(NULL AS tinyint) AS [revenue],
    CAST(NULL AS tinyint) AS [target],
    sum([returns].[refund] + CAST(0 AS decimal(1, 0))) AS [refunds],
    sum([returns].[quantity] + CAST(0 AS decimal(1, 0))) AS [units_returned],
    CAST(NULL AS tinyint) AS [units_sold]
  FROM [returns]
  WHERE [returns].[returned_on] >= CAST(@p5 AS date)
    AND [returns].[returned_on] < CAST(@p6 AS date)
  GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS date), [returns].[returned_on]), CAST('1900-01-01' AS date))
) AS [stitched]
GROUP BY [stitched].[metric_time]
ORDER BY CASE WHEN [stitched].[metric_time] IS NULL THEN 1 ELSE 0 END, 1;
