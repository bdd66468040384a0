/** What keeps the session read-only and shut in, whatever the statement. */
export const sessionPragmas: readonly string[] = [
  'PRAGMA query_only = 1',
  'PRAGMA trusted_schema = 0',
  'PRAGMA cell_size_check = 1',
  'PRAGMA busy_timeout = 5000',
];
