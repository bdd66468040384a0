SELECT
  ranked.tags_tag AS `tags.tag`,
  max(CASE WHEN ranked.median_list_price_rank = floor((ranked.median_list_price_count - 1) * 0.5) + 1 THEN CAST(ranked.median_list_price AS FLOAT64) END) + (max(CASE WHEN ranked.median_list_price_rank = ceiling((ranked.median_list_price_count - 1) * 0.5) + 1 THEN CAST(ranked.median_list_price AS FLOAT64) END) - max(CASE WHEN ranked.median_list_price_rank = floor((ranked.median_list_price_count - 1) * 0.5) + 1 THEN CAST(ranked.median_list_price AS FLOAT64) END)) * max((ranked.median_list_price_count - 1) * 0.5 - floor((ranked.median_list_price_count - 1) * 0.5)) AS median_list_price,
  count(ranked.product_count) AS product_count
FROM (
  SELECT
    each_row.tags_tag AS tags_tag,
    each_row.median_list_price AS median_list_price,
    each_row.product_count AS product_count,
    row_number() OVER (PARTITION BY each_row.tags_tag ORDER BY each_row.median_list_price IS NULL, each_row.median_list_price) AS median_list_price_rank,
    count(each_row.median_list_price) OVER (PARTITION BY each_row.tags_tag) AS median_list_price_count
  FROM (
    SELECT DISTINCT
      products.product_id AS key_1,
      `tag`.`tag` AS tags_tag,
      products.list_price AS median_list_price,
      1 AS product_count
    FROM products
    LEFT JOIN product_tags ON product_tags.product_id = products.product_id
    LEFT JOIN tags AS `tag` ON `tag`.tag_id = product_tags.tag_id
  ) AS each_row
) AS ranked
GROUP BY 1
ORDER BY 1 NULLS LAST;
