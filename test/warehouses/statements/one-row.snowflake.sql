SELECT
  CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) - sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.cost END) AS DOUBLE) / nullif(CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS DOUBLE), 0) AS margin,
  CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' AND store.is_online THEN order_lines.amount END) AS DOUBLE) / nullif(CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS DOUBLE), 0) AS online_share
FROM order_lines
LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
LEFT JOIN stores AS store ON store.store_id = "ORDER".store_id
LIMIT 1;
