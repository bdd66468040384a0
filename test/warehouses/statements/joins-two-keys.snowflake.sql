SELECT
  product.category AS "line.product.category",
  coalesce(sum("RETURNS".refund), 0) AS refunds
FROM "RETURNS"
LEFT JOIN order_lines AS line ON line.line_number = "RETURNS".line_number AND line.order_id = "RETURNS".order_id
LEFT JOIN products AS product ON product.product_id = line.product_id
GROUP BY 1
ORDER BY 1 NULLS LAST;
