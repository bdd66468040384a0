SELECT
  `returns`.reason AS reason,
  count(*) AS return_count
FROM `returns`
GROUP BY 1
ORDER BY 1 NULLS LAST
LIMIT 0;
