SELECT
  CAST((orders.ordered_at AT TIME ZONE 'Europe/Berlin') AS date) AS metric_time,
  count(*) AS orders_placed
FROM orders
GROUP BY 1
ORDER BY 1;
