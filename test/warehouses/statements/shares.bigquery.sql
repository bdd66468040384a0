SELECT
  stitched.product_department AS `product.department`,
  stitched.product_category AS `product.category`,
  max(stitched.revenue) AS revenue,
  CAST(max(stitched.revenue) AS FLOAT64) / nullif(CAST(max(stitched.revenue_total) AS FLOAT64), 0) AS revenue__share,
  CAST(max(stitched.revenue) - max(stitched.cost) AS FLOAT64) / nullif(CAST(max(stitched.revenue) AS FLOAT64), 0) AS margin
FROM (
  SELECT
    grouped.product_department AS product_department,
    grouped.product_category AS product_category,
    grouped.revenue AS revenue,
    grouped.cost AS cost,
    sum(grouped.revenue) OVER (PARTITION BY grouped.product_department) AS revenue_total
  FROM (
    SELECT
      product.department AS product_department,
      product.category AS product_category,
      sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue,
      sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.cost END) AS cost
    FROM order_lines
    LEFT JOIN products AS product ON product.product_id = order_lines.product_id
    LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
    GROUP BY 1, 2
  ) AS grouped
) AS stitched
GROUP BY 1, 2
HAVING max(stitched.revenue) > @p1
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
