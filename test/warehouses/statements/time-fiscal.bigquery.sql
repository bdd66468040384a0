SELECT
  DATE_ADD(DATE_TRUNC(DATE_SUB(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), INTERVAL 10 MONTH), YEAR), INTERVAL 10 MONTH) AS metric_time__fiscal_year,
  DATE_ADD(DATE_TRUNC(DATE_SUB(CAST(DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS DATE), INTERVAL 1 MONTH), QUARTER), INTERVAL 1 MONTH) AS metric_time__fiscal_quarter,
  count(*) AS orders_placed
FROM orders
WHERE orders.ordered_at >= @p1
  AND orders.ordered_at < @p2
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
