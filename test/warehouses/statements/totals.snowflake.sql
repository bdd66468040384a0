SELECT
  product.department AS "product.department",
  sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
  CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) - sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.cost END) AS DOUBLE) / nullif(CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS DOUBLE), 0) AS margin
FROM order_lines
LEFT JOIN products AS product ON product.product_id = order_lines.product_id
LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
GROUP BY 1
ORDER BY 1 NULLS LAST
LIMIT 2;

SELECT
  sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
  CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) - sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.cost END) AS DOUBLE) / nullif(CAST(sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS DOUBLE), 0) AS margin
FROM order_lines
LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id;
