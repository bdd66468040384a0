SELECT
  product.department AS "product.department",
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(order_lines.unit_price AS DOUBLE)) AS median_unit_price,
  PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY CAST(order_lines.amount AS DOUBLE)) AS p95_line_amount,
  max(order_lines.amount) AS largest_line,
  count(DISTINCT CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.product_id END) AS products_sold
FROM order_lines
LEFT JOIN products AS product ON product.product_id = order_lines.product_id
LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
GROUP BY 1
ORDER BY 1 NULLS LAST;
