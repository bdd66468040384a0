SELECT
  DATEADD(day, 1 - DAYOFWEEKISO("RETURNS".returned_on), CAST("RETURNS".returned_on AS DATE)) AS metric_time__week,
  DATEADD(month, 1, DATE_TRUNC('quarter', DATEADD(month, -1, CAST("RETURNS".returned_on AS DATE)))) AS metric_time__fiscal_quarter,
  count(*) AS return_count
FROM "RETURNS"
WHERE "RETURNS".returned_on >= CAST(? AS DATE)
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
