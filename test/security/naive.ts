/**
 * Governance as it must not be done, in three ways that products have shipped. The oracle is trusted only while it
 * catches each of them.
 */

/** A rewriter of texts: `null` is a refusal. */
export type Rewrite = (sql: string) => string | null;

const conditions: Readonly<Record<string, string>> = {
  customers: "region = 'EU'",
  orders: "customer_id IN (SELECT id FROM customers WHERE region = 'EU')",
};

/** Appends the policies' predicates to the statement's own. */
export const appended: Rewrite = (sql) => {
  const [head = '', tail = ''] = sql.split(/(?=\b(?:order by|group by|limit)\b)/i);
  const tables = [...head.matchAll(/\b(?:from|join)\s+(\w+)/gi)].map(([, table]) => table!.toLowerCase());
  const predicates = tables.flatMap((table) => conditions[table] ?? []);
  if (predicates.length === 0) return sql;
  const [before, where] = head.split(/\bwhere\b/i);
  return `${before} WHERE ${where === undefined ? '' : `${where} AND `}${predicates.join(' AND ')} ${tail}`;
};

/** Subqueries in the place of tables, with no barrier: the engine may look at hidden rows first. */
export const withoutBarrier: Rewrite = (sql) =>
  sql.replace(
    /\b(from|join)\s+orders\b/gi,
    "$1 (SELECT o.* FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = 'EU') AS orders",
  );

/** Columns struck by their names in the text. */
export const struckByName: Rewrite = (sql) =>
  /\b(ssn|email|salary)\b/i.test(sql)
    ? null
    : sql.replace(
        /\b(from|join)\s+(customers|orders)\b/gi,
        (_, word: string, table: string) =>
          `${word} (SELECT * FROM ${table} WHERE ${conditions[table.toLowerCase()]}) AS ${table}`,
      );
