SELECT
  DATE_TRUNC(CAST(`returns`.returned_on AS DATE), WEEK(MONDAY)) AS metric_time__week,
  DATE_ADD(DATE_TRUNC(DATE_SUB(CAST(`returns`.returned_on AS DATE), INTERVAL 1 MONTH), QUARTER), INTERVAL 1 MONTH) AS metric_time__fiscal_quarter,
  count(*) AS return_count
FROM `returns`
WHERE `returns`.returned_on >= @p1
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
