SELECT
  each_row.device AS device,
  CAST(count(each_row.visit_to_order_rate) AS double precision) / nullif(CAST(count(each_row.visits) AS double precision), 0) AS visit_to_order_rate
FROM (
  SELECT
    web_sessions.device AS device,
    CASE WHEN (web_sessions.customer_id, (web_sessions.started_at AT TIME ZONE 'UTC')) IN (
    SELECT
      web_sessions_2.customer_id AS match_1,
      (web_sessions_2.started_at AT TIME ZONE 'UTC') AS match_2
    FROM web_sessions AS web_sessions_2
    INNER JOIN orders ON orders.customer_id = web_sessions_2.customer_id
    WHERE (orders.ordered_at AT TIME ZONE 'UTC') >= (web_sessions_2.started_at AT TIME ZONE 'UTC')
      AND (orders.ordered_at AT TIME ZONE 'UTC') < DATEADD(day, 1, (web_sessions_2.started_at AT TIME ZONE 'UTC'))
  ) THEN 1 END AS visit_to_order_rate,
    1 AS visits
  FROM web_sessions
) AS each_row
GROUP BY 1
ORDER BY 1;
