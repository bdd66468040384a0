WITH datamind_rows AS (
  SELECT
    stitched.metric_time AS metric_time,
    stitched.reason AS reason,
    coalesce(max(stitched.return_count), 0) AS return_count,
    max(stitched.refunds) AS refunds
  FROM (
    SELECT
      DATE_TRUNC(CAST(`returns`.returned_on AS DATE), MONTH) AS metric_time,
      `returns`.reason AS reason,
      count(*) AS return_count,
      sum(`returns`.refund) AS refunds
    FROM `returns`
    WHERE `returns`.returned_on >= @p1
      AND `returns`.returned_on < @p2
    GROUP BY 1, 2
  ) AS stitched
  GROUP BY 1, 2
)
SELECT
  stitched.metric_time AS metric_time,
  stitched.reason AS reason,
  coalesce(max(stitched.return_count), 0) AS return_count,
  coalesce(max(stitched.refunds), 0) AS refunds
FROM (
  SELECT
    found.metric_time AS metric_time,
    found.reason AS reason,
    found.return_count AS return_count,
    found.refunds AS refunds
  FROM datamind_rows AS found
  UNION ALL
  SELECT
    periods.period_start AS metric_time,
    `others`.reason AS reason,
    CAST(NULL AS INT64) AS return_count,
    CAST(NULL AS INT64) AS refunds
  FROM (
    SELECT period AS period_start
    FROM UNNEST(GENERATE_DATE_ARRAY((DATE '2025-01-01'), (DATE '2025-12-01'), INTERVAL 1 MONTH)) AS period
  ) AS periods
  CROSS JOIN (
    SELECT DISTINCT
      found.reason AS reason
    FROM datamind_rows AS found
  ) AS `others`
) AS stitched
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
