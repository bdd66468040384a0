SELECT
  each_row.tags_tag AS "tags.tag",
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(each_row.median_list_price AS DOUBLE)) AS median_list_price,
  count(each_row.product_count) AS product_count
FROM (
  SELECT DISTINCT
    products.product_id AS key_1,
    "TAG"."TAG" AS tags_tag,
    products.list_price AS median_list_price,
    1 AS product_count
  FROM products
  LEFT JOIN product_tags ON product_tags.product_id = products.product_id
  LEFT JOIN tags AS "TAG" ON "TAG".tag_id = product_tags.tag_id
) AS each_row
GROUP BY 1
ORDER BY 1 NULLS LAST;
