SELECT
  CASE WHEN customers.email IS NOT NULL THEN coalesce(SPLIT(customers.email, '@')[SAFE_OFFSET(1)], '') END AS mail_domain,
  count(*) AS customer_count
FROM customers
GROUP BY 1
ORDER BY 1 NULLS LAST;
