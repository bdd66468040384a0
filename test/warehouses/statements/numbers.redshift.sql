SELECT
  count(*) AS product_count,
  max(products.weight) AS heaviest
FROM products
WHERE products.list_price >= CAST($1 AS decimal(38, 2))
  AND products.weight IN (CAST($2 AS decimal(38, 1)), CAST($3 AS bigint));
