SELECT
  each_row.device AS device,
  CAST(count(each_row.visit_to_order_rate) AS FLOAT64) / nullif(CAST(count(each_row.visits) AS FLOAT64), 0) AS visit_to_order_rate
FROM (
  SELECT
    web_sessions.device AS device,
    CASE WHEN STRUCT(web_sessions.customer_id AS match_1, DATETIME(TIMESTAMP(web_sessions.started_at), 'UTC') AS match_2) IN (SELECT STRUCT(found.match_1, found.match_2) FROM (
    SELECT
      web_sessions_2.customer_id AS match_1,
      DATETIME(TIMESTAMP(web_sessions_2.started_at), 'UTC') AS match_2
    FROM web_sessions AS web_sessions_2
    INNER JOIN orders ON orders.customer_id = web_sessions_2.customer_id
    WHERE DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') >= DATETIME(TIMESTAMP(web_sessions_2.started_at), 'UTC')
      AND DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') < DATETIME_ADD(CAST(DATETIME(TIMESTAMP(web_sessions_2.started_at), 'UTC') AS DATETIME), INTERVAL 1 DAY)
  ) AS found) THEN 1 END AS visit_to_order_rate,
    1 AS visits
  FROM web_sessions
) AS each_row
GROUP BY 1
ORDER BY 1 NULLS LAST;
