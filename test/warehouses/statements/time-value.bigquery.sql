SELECT DISTINCT
  DATETIME(TIMESTAMP(orders.ordered_at), 'UTC') AS `orders.ordered_at`,
  orders.coupon AS `orders.coupon`
FROM orders
WHERE orders.coupon IS NOT NULL
ORDER BY 1 NULLS LAST, 2 NULLS LAST
LIMIT 3;
