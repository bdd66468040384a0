SELECT
  stitched.product_category AS "product.category",
  max(stitched.revenue) AS revenue
FROM (
  SELECT
    product.category AS product_category,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue
  FROM order_lines
  LEFT JOIN products AS product ON product.product_id = order_lines.product_id
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  GROUP BY 1
) AS stitched
GROUP BY 1
HAVING (max(stitched.revenue) > CAST(? AS NUMBER(38, 0)) OR stitched.product_category = CAST(? AS VARCHAR))
ORDER BY 1 NULLS LAST;
