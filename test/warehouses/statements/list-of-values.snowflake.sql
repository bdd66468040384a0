SELECT DISTINCT
  region.country AS "region.country",
  customers.segment AS "customers.segment"
FROM customers
LEFT JOIN regions AS region ON region.region_id = customers.region_id
ORDER BY 1 NULLS LAST, 2 NULLS LAST
LIMIT 10
OFFSET 10;
