SELECT DISTINCT
  (orders.ordered_at AT TIME ZONE 'UTC') AS "orders.ordered_at",
  orders.coupon AS "orders.coupon"
FROM orders
WHERE orders.coupon IS NOT NULL
ORDER BY 1, 2
LIMIT 3;
