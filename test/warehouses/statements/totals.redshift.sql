SELECT
  product.department AS "product.department",
  sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
  CAST(sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) - sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.cost END) AS double precision) / nullif(CAST(sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS double precision), 0) AS margin
FROM order_lines
LEFT JOIN products AS product ON product.product_id = order_lines.product_id
LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
GROUP BY 1
ORDER BY 1
LIMIT 2;

SELECT
  sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
  CAST(sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) - sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.cost END) AS double precision) / nullif(CAST(sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS double precision), 0) AS margin
FROM order_lines
LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id;
