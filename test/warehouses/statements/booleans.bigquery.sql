SELECT
  coalesce(max(stitched.orders_placed), 0) AS orders_placed,
  max(stitched.online_revenue) AS online_revenue,
  coalesce(max(stitched.newsletter_readers), 0) AS newsletter_readers
FROM (
  SELECT
    count(*) AS orders_placed,
    CAST(NULL AS INT64) AS online_revenue,
    CAST(NULL AS INT64) AS newsletter_readers
  FROM orders
  UNION ALL
  SELECT
    CAST(NULL AS INT64) AS orders_placed,
    sum(CASE WHEN `order`.status <> 'cancelled' AND store.is_online THEN order_lines.amount END) AS online_revenue,
    CAST(NULL AS INT64) AS newsletter_readers
  FROM order_lines
  LEFT JOIN orders AS `order` ON `order`.order_id = order_lines.order_id
  LEFT JOIN stores AS store ON store.store_id = `order`.store_id
  UNION ALL
  SELECT
    CAST(NULL AS INT64) AS orders_placed,
    CAST(NULL AS INT64) AS online_revenue,
    count(CASE WHEN customers.newsletter THEN 1 END) AS newsletter_readers
  FROM customers
) AS stitched;
