SELECT
  count(*) AS return_count
FROM "returns"
WHERE "returns".returned_on >= CAST($1 AS date) AND "returns".returned_on < CAST($2 AS date)
  AND NOT ("returns".returned_on >= CAST($3 AS date) AND "returns".returned_on < CAST($4 AS date));
