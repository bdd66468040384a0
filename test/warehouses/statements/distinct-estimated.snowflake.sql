SELECT
  CASE WHEN store.is_online THEN 'web' ELSE 'store' END AS "store.channel",
  count(DISTINCT CASE WHEN orders.status <> 'cancelled' THEN orders.customer_id END) AS buyers,
  count(DISTINCT CASE WHEN orders.status <> 'cancelled' THEN orders.customer_id END) AS buyers_estimate
FROM orders
LEFT JOIN stores AS store ON store.store_id = orders.store_id
GROUP BY 1
ORDER BY 1 NULLS LAST;
