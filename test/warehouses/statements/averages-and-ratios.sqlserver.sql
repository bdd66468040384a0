SELECT
  [tickets].[topic] AS [topic],
  avg(CAST([tickets].[first_response_minutes] AS float(53))) AS [average_first_response],
  avg(CAST([tickets].[satisfaction] AS float(53))) AS [satisfaction_score],
  CAST(count(CASE WHEN [tickets].[closed_at] IS NULL THEN 1 END) AS float(53)) / nullif(CAST(count(*) AS float(53)), 0) AS [open_ticket_share]
FROM [tickets]
GROUP BY [tickets].[topic]
ORDER BY CASE WHEN [tickets].[topic] IS NULL THEN 1 ELSE 0 END, 1;
