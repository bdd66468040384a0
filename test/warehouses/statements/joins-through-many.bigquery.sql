SELECT
  each_row.tags_tag AS `tags.tag`,
  count(each_row.product_count) AS product_count,
  avg(CAST(each_row.average_list_price AS FLOAT64)) AS average_list_price
FROM (
  SELECT DISTINCT
    products.product_id AS key_1,
    `tag`.`tag` AS tags_tag,
    1 AS product_count,
    products.list_price AS average_list_price
  FROM products
  LEFT JOIN product_tags ON product_tags.product_id = products.product_id
  LEFT JOIN tags AS `tag` ON `tag`.tag_id = product_tags.tag_id
) AS each_row
GROUP BY 1
ORDER BY 1 NULLS LAST;
