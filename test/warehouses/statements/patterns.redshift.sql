SELECT
  count(*) AS product_count
FROM products
WHERE (products.name LIKE $1 OR products.name LIKE $2 OR NOT (products.name LIKE $3));
