SELECT
  CAST(sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) - sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.cost END) AS FLOAT64) / nullif(CAST(sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS FLOAT64), 0) AS margin,
  CAST(sum(CASE WHEN `order`.status <> 'cancelled' AND store.is_online THEN order_lines.amount END) AS FLOAT64) / nullif(CAST(sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS FLOAT64), 0) AS online_share
FROM order_lines
LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
LEFT JOIN stores AS store ON store.store_id = `order`.store_id
LIMIT 1;
