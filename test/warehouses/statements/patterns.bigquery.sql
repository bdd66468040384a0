SELECT
  count(*) AS product_count
FROM products
WHERE (products.name LIKE @p1 OR products.name LIKE @p2 OR NOT (products.name LIKE @p3));
