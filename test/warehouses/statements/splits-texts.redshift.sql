SELECT
  split_part(customers.email, '@', 2) AS mail_domain,
  count(*) AS customer_count
FROM customers
GROUP BY 1
ORDER BY 1;
