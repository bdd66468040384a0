SELECT
  placed.product_department AS `product.department`,
  placed.product_name AS `product.name`,
  placed.revenue AS revenue
FROM (
  SELECT
    finished.product_department AS product_department,
    finished.product_name AS product_name,
    finished.revenue AS revenue,
    row_number() OVER (PARTITION BY finished.product_department ORDER BY finished.revenue IS NULL, finished.revenue DESC, finished.product_department IS NULL, finished.product_department, finished.product_name IS NULL, finished.product_name) AS place
  FROM (
    SELECT
      product.department AS product_department,
      product.name AS product_name,
      sum(CASE WHEN `order`.status <> 'cancelled' THEN order_lines.amount END) AS revenue
    FROM order_lines
    LEFT JOIN products AS product ON product.product_id = order_lines.product_id
    LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
    GROUP BY 1, 2
  ) AS finished
) AS placed
WHERE placed.place <= 3
ORDER BY 3 DESC NULLS LAST, 1 NULLS LAST, 2 NULLS LAST;
