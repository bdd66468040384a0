SELECT
  coalesce(max(stitched.orders_placed), 0) AS orders_placed,
  max(stitched.online_revenue) AS online_revenue,
  coalesce(max(stitched.newsletter_readers), 0) AS newsletter_readers
FROM (
  SELECT
    count(*) AS orders_placed,
    CAST(NULL AS NUMBER(1, 0)) AS online_revenue,
    CAST(NULL AS NUMBER(1, 0)) AS newsletter_readers
  FROM orders
  UNION ALL
  SELECT
    CAST(NULL AS NUMBER(1, 0)) AS orders_placed,
    sum(CASE WHEN "ORDER".status <> 'cancelled' AND store.is_online THEN order_lines.amount END) AS online_revenue,
    CAST(NULL AS NUMBER(1, 0)) AS newsletter_readers
  FROM order_lines
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  LEFT JOIN stores AS store ON store.store_id = "ORDER".store_id
  UNION ALL
  SELECT
    CAST(NULL AS NUMBER(1, 0)) AS orders_placed,
    CAST(NULL AS NUMBER(1, 0)) AS online_revenue,
    count(CASE WHEN customers.newsletter THEN 1 END) AS newsletter_readers
  FROM customers
) AS stitched;
