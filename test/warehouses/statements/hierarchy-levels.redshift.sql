SELECT
  count(*) AS customer_count
FROM customers
LEFT JOIN regions AS region ON region.region_id = customers.region_id
WHERE region.country = $1 AND region.region = $2;
