SELECT
  count(*) AS product_count
FROM products
WHERE (products.name LIKE CAST(? AS VARCHAR) ESCAPE '\\' OR products.name LIKE CAST(? AS VARCHAR) ESCAPE '\\' OR NOT (products.name LIKE CAST(? AS VARCHAR) ESCAPE '\\'));
