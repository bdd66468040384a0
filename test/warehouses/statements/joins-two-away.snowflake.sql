SELECT
  stitched.stores_region_country AS "stores.region.country",
  max(stitched.revenue) AS revenue,
  CAST(max(stitched.revenue) AS DOUBLE) / nullif(CAST(coalesce(max(stitched.order_count), 0) AS DOUBLE), 0) AS average_order_value
FROM (
  SELECT
    region.country AS stores_region_country,
    sum(CASE WHEN "ORDER".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS NUMBER(1, 0)) AS order_count
  FROM order_lines
  LEFT JOIN orders AS "ORDER" ON "ORDER".order_id = order_lines.order_id
  LEFT JOIN stores AS store ON store.store_id = "ORDER".store_id
  LEFT JOIN regions AS region ON region.region_id = store.region_id
  WHERE "ORDER".status IN (CAST(? AS VARCHAR), CAST(? AS VARCHAR))
  GROUP BY 1
  UNION ALL
  SELECT
    region.country AS stores_region_country,
    CAST(NULL AS NUMBER(1, 0)) AS revenue,
    count(CASE WHEN orders.status <> 'cancelled' THEN 1 END) AS order_count
  FROM orders
  LEFT JOIN stores AS store ON store.store_id = orders.store_id
  LEFT JOIN regions AS region ON region.region_id = store.region_id
  WHERE orders.status IN (CAST(? AS VARCHAR), CAST(? AS VARCHAR))
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 2 DESC NULLS LAST, 1 NULLS LAST
LIMIT 5
OFFSET 2;
