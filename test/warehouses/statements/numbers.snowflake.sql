SELECT
  count(*) AS product_count,
  max(products.weight) AS heaviest
FROM products
WHERE products.list_price >= CAST(? AS NUMBER(38, 2))
  AND products.weight IN (CAST(? AS NUMBER(38, 1)), CAST(? AS NUMBER(38, 0)));
