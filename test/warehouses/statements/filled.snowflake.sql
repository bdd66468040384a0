WITH datamind_rows AS (
  SELECT
    stitched.metric_time AS metric_time,
    stitched.reason AS reason,
    coalesce(max(stitched.return_count), 0) AS return_count,
    max(stitched.refunds) AS refunds
  FROM (
    SELECT
      DATE_TRUNC('month', CAST("RETURNS".returned_on AS DATE)) AS metric_time,
      "RETURNS".reason AS reason,
      count(*) AS return_count,
      sum("RETURNS".refund) AS refunds
    FROM "RETURNS"
    WHERE "RETURNS".returned_on >= CAST(? AS DATE)
      AND "RETURNS".returned_on < CAST(? AS DATE)
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
    "OTHERS".reason AS reason,
    CAST(NULL AS NUMBER(1, 0)) AS return_count,
    CAST(NULL AS NUMBER(1, 0)) AS refunds
  FROM (
    SELECT DATEADD(month, CASE WHEN numbers.n < 12 THEN numbers.n ELSE 0 END, (DATE '2025-01-01')) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 12
  ) AS periods
  CROSS JOIN (
    SELECT DISTINCT
      found.reason AS reason
    FROM datamind_rows AS found
  ) AS "OTHERS"
) AS stitched
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
