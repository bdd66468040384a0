SELECT
  each_row.size AS size,
  each_row.store_city AS `store.city`,
  max(CASE WHEN each_row.median_basket_rank = floor((each_row.median_basket_count - 1) * 0.5) + 1 THEN CAST(each_row.median_basket AS FLOAT64) END) + (max(CASE WHEN each_row.median_basket_rank = ceiling((each_row.median_basket_count - 1) * 0.5) + 1 THEN CAST(each_row.median_basket AS FLOAT64) END) - max(CASE WHEN each_row.median_basket_rank = floor((each_row.median_basket_count - 1) * 0.5) + 1 THEN CAST(each_row.median_basket AS FLOAT64) END)) * max((each_row.median_basket_count - 1) * 0.5 - floor((each_row.median_basket_count - 1) * 0.5)) AS median_basket,
  avg(CAST(each_row.average_pieces AS FLOAT64)) AS average_pieces
FROM (
  SELECT
    CASE WHEN baskets.basket_value < 100 THEN 'small' WHEN baskets.basket_value < 400 THEN 'medium' ELSE 'large' END AS size,
    store.city AS store_city,
    baskets.basket_value AS median_basket,
    baskets.pieces AS average_pieces,
    row_number() OVER (PARTITION BY CASE WHEN baskets.basket_value < 100 THEN 'small' WHEN baskets.basket_value < 400 THEN 'medium' ELSE 'large' END, store.city ORDER BY baskets.basket_value IS NULL, baskets.basket_value) AS median_basket_rank,
    count(baskets.basket_value) OVER (PARTITION BY CASE WHEN baskets.basket_value < 100 THEN 'small' WHEN baskets.basket_value < 400 THEN 'medium' ELSE 'large' END, store.city) AS median_basket_count
  FROM (
  select o.order_id, o.ordered_at, o.store_id, sum(l.amount) as basket_value, sum(l.quantity) as pieces
from orders o
join order_lines l on l.order_id = o.order_id
where o.status <> 'cancelled'
group by o.order_id, o.ordered_at, o.store_id
  ) AS baskets
  LEFT JOIN stores AS store ON store.store_id = baskets.store_id
) AS each_row
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
