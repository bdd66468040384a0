SELECT
  each_row.device AS device,
  CAST(count(each_row.visit_to_order_rate) AS double precision) / nullif(CAST(count(each_row.visits) AS double precision), 0) AS visit_to_order_rate,
  count(each_row.converted_visits) AS converted_visits
FROM (
  SELECT
    web_sessions.device AS device,
    CASE WHEN (web_sessions.customer_id, (web_sessions.started_at AT TIME ZONE 'Europe/Berlin')) IN (
    SELECT
      web_sessions_2.customer_id AS match_1,
      (web_sessions_2.started_at AT TIME ZONE 'Europe/Berlin') AS match_2
    FROM web_sessions AS web_sessions_2
    INNER JOIN orders ON orders.customer_id = web_sessions_2.customer_id
    WHERE (orders.ordered_at AT TIME ZONE 'Europe/Berlin') >= (web_sessions_2.started_at AT TIME ZONE 'Europe/Berlin')
      AND (orders.ordered_at AT TIME ZONE 'Europe/Berlin') < DATEADD(day, 1, (web_sessions_2.started_at AT TIME ZONE 'Europe/Berlin'))
  ) THEN 1 END AS visit_to_order_rate,
    1 AS visits,
    CASE WHEN (web_sessions.customer_id, (web_sessions.started_at AT TIME ZONE 'Europe/Berlin')) IN (
    SELECT
      web_sessions_3.customer_id AS match_1,
      (web_sessions_3.started_at AT TIME ZONE 'Europe/Berlin') AS match_2
    FROM web_sessions AS web_sessions_3
    INNER JOIN orders AS orders_2 ON orders_2.customer_id = web_sessions_3.customer_id
    WHERE (orders_2.ordered_at AT TIME ZONE 'Europe/Berlin') >= (web_sessions_3.started_at AT TIME ZONE 'Europe/Berlin')
      AND (orders_2.ordered_at AT TIME ZONE 'Europe/Berlin') < DATEADD(day, 1, (web_sessions_3.started_at AT TIME ZONE 'Europe/Berlin'))
  ) THEN 1 END AS converted_visits
  FROM web_sessions
) AS each_row
GROUP BY 1
ORDER BY 1;
