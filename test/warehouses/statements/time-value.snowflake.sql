SELECT DISTINCT
  CAST(CONVERT_TIMEZONE('UTC', orders.ordered_at) AS TIMESTAMP_NTZ) AS "orders.ordered_at",
  orders.coupon AS "orders.coupon"
FROM orders
WHERE orders.coupon IS NOT NULL
ORDER BY 1 NULLS LAST, 2 NULLS LAST
LIMIT 3;
