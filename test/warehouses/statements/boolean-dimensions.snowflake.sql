SELECT
  orders.coupon IS NOT NULL AS has_coupon,
  store.is_online AS "store.is_online",
  CASE WHEN store.is_online THEN 'web' ELSE 'store' END AS "store.channel",
  count(*) AS orders_placed
FROM orders
LEFT JOIN stores AS store ON store.store_id = orders.store_id
WHERE ((orders.customer_id IS NULL) = CAST(? AS BOOLEAN) OR store.is_online <> CAST(? AS BOOLEAN))
  AND store.is_online
GROUP BY 1, 2, 3
ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST;
