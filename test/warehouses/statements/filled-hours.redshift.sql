WITH datamind_rows AS (
  SELECT
    stitched.metric_time AS metric_time,
    coalesce(max(stitched.visits), 0) AS visits
  FROM (
    SELECT
      date_trunc('hour', (web_sessions.started_at AT TIME ZONE 'UTC')) AS metric_time,
      count(*) AS visits
    FROM web_sessions
    WHERE web_sessions.started_at >= CAST($1 AS timestamptz)
      AND web_sessions.started_at < CAST($2 AS timestamptz)
    GROUP BY 1
  ) AS stitched
  GROUP BY 1
)
SELECT
  stitched.metric_time AS metric_time,
  coalesce(max(stitched.visits), 0) AS visits
FROM (
  SELECT
    found.metric_time AS metric_time,
    found.visits AS visits
  FROM datamind_rows AS found
  UNION ALL
  SELECT
    periods.period_start AS metric_time,
    CAST(NULL AS smallint) AS visits
  FROM (
    SELECT DATEADD(minute, CASE WHEN numbers.n < 48 THEN numbers.n * 60 ELSE 0 END, (TIMESTAMP '2026-01-01 00:00:00')) AS period_start
    FROM (SELECT digit_0.n + digit_1.n * 10 AS n FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_0
    CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS digit_1) AS numbers
    WHERE numbers.n < 48
  ) AS periods
) AS stitched
GROUP BY 1
ORDER BY 1;
