SELECT
  CASE WHEN baskets.basket_value < 100 THEN 'small' WHEN baskets.basket_value < 400 THEN 'medium' ELSE 'large' END AS size,
  store.city AS "store.city",
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(baskets.basket_value AS DOUBLE)) AS median_basket,
  avg(CAST(baskets.pieces AS DOUBLE)) AS average_pieces
FROM (
select o.order_id, o.ordered_at, o.store_id, sum(l.amount) as basket_value, sum(l.quantity) as pieces
from orders o
join order_lines l on l.order_id = o.order_id
where o.status <> 'cancelled'
group by o.order_id, o.ordered_at, o.store_id
) AS baskets
LEFT JOIN stores AS store ON store.store_id = baskets.store_id
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST;
