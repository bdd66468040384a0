WITH datamind_rows AS (
  SELECT
    stitched.metric_time AS metric_time,
    coalesce(max(stitched.visits), 0) AS visits
  FROM (
    SELECT
      DATETIME_TRUNC(DATETIME(TIMESTAMP(web_sessions.started_at), 'UTC'), HOUR) AS metric_time,
      count(*) AS visits
    FROM web_sessions
    WHERE web_sessions.started_at >= @p1
      AND web_sessions.started_at < @p2
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
    CAST(NULL AS INT64) AS visits
  FROM (
    SELECT DATETIME(period, 'UTC') AS period_start
    FROM UNNEST(GENERATE_TIMESTAMP_ARRAY(TIMESTAMP(CAST((DATETIME '2026-01-01 00:00:00') AS DATETIME)), TIMESTAMP(CAST((DATETIME '2026-01-02 23:00:00') AS DATETIME)), INTERVAL 60 MINUTE)) AS period
  ) AS periods
) AS stitched
GROUP BY 1
ORDER BY 1 NULLS LAST;
