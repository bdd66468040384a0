SELECT
  each_row.device AS device,
  CAST(count(each_row.visit_to_order_rate) AS DOUBLE) / nullif(CAST(count(each_row.visits) AS DOUBLE), 0) AS visit_to_order_rate,
  count(each_row.converted_visits) AS converted_visits
FROM (
  SELECT
    web_sessions.device AS device,
    CASE WHEN (web_sessions.customer_id, CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions.started_at) AS TIMESTAMP_NTZ)) IN (
    SELECT
      web_sessions_2.customer_id AS match_1,
      CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions_2.started_at) AS TIMESTAMP_NTZ) AS match_2
    FROM web_sessions AS web_sessions_2
    INNER JOIN orders ON orders.customer_id = web_sessions_2.customer_id
    WHERE CAST(CONVERT_TIMEZONE('Europe/Berlin', orders.ordered_at) AS TIMESTAMP_NTZ) >= CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions_2.started_at) AS TIMESTAMP_NTZ)
      AND CAST(CONVERT_TIMEZONE('Europe/Berlin', orders.ordered_at) AS TIMESTAMP_NTZ) < DATEADD(day, 1, CAST(CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions_2.started_at) AS TIMESTAMP_NTZ) AS TIMESTAMP_NTZ))
  ) THEN 1 END AS visit_to_order_rate,
    1 AS visits,
    CASE WHEN (web_sessions.customer_id, CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions.started_at) AS TIMESTAMP_NTZ)) IN (
    SELECT
      web_sessions_3.customer_id AS match_1,
      CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions_3.started_at) AS TIMESTAMP_NTZ) AS match_2
    FROM web_sessions AS web_sessions_3
    INNER JOIN orders AS orders_2 ON orders_2.customer_id = web_sessions_3.customer_id
    WHERE CAST(CONVERT_TIMEZONE('Europe/Berlin', orders_2.ordered_at) AS TIMESTAMP_NTZ) >= CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions_3.started_at) AS TIMESTAMP_NTZ)
      AND CAST(CONVERT_TIMEZONE('Europe/Berlin', orders_2.ordered_at) AS TIMESTAMP_NTZ) < DATEADD(day, 1, CAST(CAST(CONVERT_TIMEZONE('Europe/Berlin', web_sessions_3.started_at) AS TIMESTAMP_NTZ) AS TIMESTAMP_NTZ))
  ) THEN 1 END AS converted_visits
  FROM web_sessions
) AS each_row
GROUP BY 1
ORDER BY 1 NULLS LAST;
