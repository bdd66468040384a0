SELECT
  [each_row].[size] AS [size],
  [each_row].[store_city] AS [store.city],
  max(CASE WHEN [each_row].[median_basket_rank] = floor(([each_row].[median_basket_count] - 1) * 0.5) + 1 THEN CAST([each_row].[median_basket] AS float(53)) END) + (max(CASE WHEN [each_row].[median_basket_rank] = ceiling(([each_row].[median_basket_count] - 1) * 0.5) + 1 THEN CAST([each_row].[median_basket] AS float(53)) END) - max(CASE WHEN [each_row].[median_basket_rank] = floor(([each_row].[median_basket_count] - 1) * 0.5) + 1 THEN CAST([each_row].[median_basket] AS float(53)) END)) * max(([each_row].[median_basket_count] - 1) * 0.5 - floor(([each_row].[median_basket_count] - 1) * 0.5)) AS [median_basket],
  avg(CAST([each_row].[average_pieces] AS float(53))) AS [average_pieces]
FROM (
  SELECT
    CASE WHEN [baskets].[basket_value] < 100 THEN N'small' WHEN [baskets].[basket_value] < 400 THEN N'medium' ELSE N'large' END AS [size],
    [store].[city] AS [store_city],
    [baskets].[basket_value] AS [median_basket],
    [baskets].[pieces] AS [average_pieces],
    row_number() OVER (PARTITION BY CASE WHEN [baskets].[basket_value] < 100 THEN N'small' WHEN [baskets].[basket_value] < 400 THEN N'medium' ELSE N'large' END, [store].[city] ORDER BY CASE WHEN [baskets].[basket_value] IS NULL THEN 1 ELSE 0 END, [baskets].[basket_value]) AS [median_basket_rank],
    count([baskets].[basket_value]) OVER (PARTITION BY CASE WHEN [baskets].[basket_value] < 100 THEN N'small' WHEN [baskets].[basket_value] < 400 THEN N'medium' ELSE N'large' END, [store].[city]) AS [median_basket_count]
  FROM (
  select o.order_id, o.ordered_at, o.store_id, sum(l.amount) as basket_value, sum(l.quantity) as pieces
from orders o
join order_lines l on l.order_id = o.order_id
where o.status <> 'cancelled'
group by o.order_id, o.ordered_at, o.store_id
  ) AS [baskets]
  LEFT JOIN [stores] AS [store] ON [store].[store_id] = [baskets].[store_id]
) AS [each_row]
GROUP BY [each_row].[size], [each_row].[store_city]
ORDER BY CASE WHEN [each_row].[size] IS NULL THEN 1 ELSE 0 END, 1, CASE WHEN [each_row].[store_city] IS NULL THEN 1 ELSE 0 END, 2;
