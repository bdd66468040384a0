SELECT
  stitched.product_category AS `product.category`,
  max(stitched.revenue) AS revenue
FROM (
  SELECT
    product.category AS product_category,
    sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue
  FROM order_lines
  LEFT JOIN products AS product ON product.product_id = order_lines.product_id
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  GROUP BY 1
) AS stitched
GROUP BY 1
HAVING (max(stitched.revenue) > @p1 OR stitched.product_category = @p2)
ORDER BY 1 NULLS LAST;
