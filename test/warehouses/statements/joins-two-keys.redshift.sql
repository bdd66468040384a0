SELECT
  product.category AS "line.product.category",
  coalesce(sum("returns".refund), 0) AS refunds
FROM "returns"
LEFT JOIN order_lines AS line ON line.line_number = "returns".line_number AND line.order_id = "returns".order_id
LEFT JOIN products AS product ON product.product_id = line.product_id
GROUP BY 1
ORDER BY 1;
