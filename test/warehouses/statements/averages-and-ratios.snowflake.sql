SELECT
  tickets.topic AS topic,
  avg(CAST(tickets.first_response_minutes AS DOUBLE)) AS average_first_response,
  avg(CAST(tickets.satisfaction AS DOUBLE)) AS satisfaction_score,
  CAST(count(CASE WHEN tickets.closed_at IS NULL THEN 1 END) AS DOUBLE) / nullif(CAST(count(*) AS DOUBLE), 0) AS open_ticket_share
FROM tickets
GROUP BY 1
ORDER BY 1 NULLS LAST;
