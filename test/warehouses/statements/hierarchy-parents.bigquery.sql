WITH RECURSIVE datamind_organisation AS (
  SELECT
    member.employee_id AS member_key
  FROM employees AS member
  WHERE member.employee_id IN (@p1, @p2)
  UNION ALL
  SELECT
    member.employee_id AS member_key
  FROM employees AS member
  INNER JOIN datamind_organisation AS above ON member.manager_id = above.member_key
)
SELECT
  count(CASE WHEN employees.left_on IS NULL THEN 1 END) AS headcount
FROM employees
WHERE employees.employee_id IN (
  SELECT
    above.member_key AS member_key
  FROM datamind_organisation AS above
);
