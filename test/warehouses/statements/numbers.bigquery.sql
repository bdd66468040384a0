SELECT
  count(*) AS product_count,
  max(products.weight) AS heaviest
FROM products
WHERE products.list_price >= @p1
  AND products.weight IN (@p2, @p3);
