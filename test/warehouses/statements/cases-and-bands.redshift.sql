SELECT
  CASE WHEN products.list_price < 50 THEN 'under 50' WHEN products.list_price < 200 THEN '50 to 200' ELSE '200 and more' END AS price_band,
  products.name LIKE '%Wool%' AS is_wool,
  count(*) AS product_count
FROM products
WHERE products.discontinued_on IS NULL
GROUP BY 1, 2
ORDER BY 1, 2;
