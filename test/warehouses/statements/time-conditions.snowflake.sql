SELECT
  count(*) AS return_count
FROM "RETURNS"
WHERE "RETURNS".returned_on >= CAST(? AS DATE) AND "RETURNS".returned_on < CAST(? AS DATE)
  AND NOT ("RETURNS".returned_on >= CAST(? AS DATE) AND "RETURNS".returned_on < CAST(? AS DATE));
