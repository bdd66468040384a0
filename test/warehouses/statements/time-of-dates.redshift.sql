SELECT
  CAST(date_trunc('week', "returns".returned_on) AS date) AS metric_time__week,
  CAST(DATEADD(month, 1, date_trunc('quarter', DATEADD(month, -1, "returns".returned_on))) AS date) AS metric_time__fiscal_quarter,
  count(*) AS return_count
FROM "returns"
WHERE "returns".returned_on >= CAST($1 AS date)
GROUP BY 1, 2
ORDER BY 1, 2;
