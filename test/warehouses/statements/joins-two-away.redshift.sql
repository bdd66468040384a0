SELECT
  stitched.stores_region_country AS "stores.region.country",
  max(stitched.revenue) AS revenue,
  CAST(max(stitched.revenue) AS double precision) / nullif(CAST(coalesce(max(stitched.order_count), 0) AS double precision), 0) AS average_order_value
FROM (
  SELECT
    region.country AS stores_region_country,
    sum(CASE WHEN "order".status <> 'cancelled' THEN order_lines.amount END) AS revenue,
    CAST(NULL AS smallint) AS order_count
  FROM order_lines
  LEFT JOIN orders AS "order" ON "order".order_id = order_lines.order_id
  LEFT JOIN stores AS store ON store.store_id = "order".store_id
  LEFT JOIN regions AS region ON region.region_id = store.region_id
  WHERE "order".status IN ($1, $2)
  GROUP BY 1
  UNION ALL
  SELECT
    region.country AS stores_region_country,
    CAST(NULL AS smallint) AS revenue,
    count(CASE WHEN orders.status <> 'cancelled' THEN 1 END) AS order_count
  FROM orders
  LEFT JOIN stores AS store ON store.store_id = orders.store_id
  LEFT JOIN regions AS region ON region.region_id = store.region_id
  WHERE orders.status IN ($3, $4)
  GROUP BY 1
) AS stitched
GROUP BY 1
ORDER BY 2 DESC NULLS LAST, 1
LIMIT 5
OFFSET 2;
