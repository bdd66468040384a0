import { PluginError } from 'datamind/contract';
import type { Session } from './session.js';

/** Privileges that reach the server's files, other sessions or other users. */
const dangerous = ['FILE', 'SUPER', 'SHUTDOWN', 'CREATE USER', 'SYSTEM_USER'] as const;
const writing: ReadonlySet<string> = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'ALTER',
  'TRIGGER',
  'EVENT',
]);

/** The user itself, as `GRANTEE` is written: `'name'@'host'`. */
const grantee = `CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')`;
const question = ['USER_PRIVILEGES', 'SCHEMA_PRIVILEGES', 'TABLE_PRIVILEGES']
  .map((table) => `SELECT DISTINCT PRIVILEGE_TYPE FROM information_schema.${table} WHERE GRANTEE = ${grantee}`)
  .join(' UNION ');

const advice =
  'use a user with SELECT only, as the README of the connector shows, or set `allowPrivilegedUser` to true';

/**
 * What the user may do beside reading tables, as sentences for the log.
 * @throws PluginError `PERMISSION_DENIED` for a user that reaches the server's files or other users, unless that is
 *   allowed: a read-only transaction stops no function that reads a file.
 */
export async function checkPrivileges(session: Session, allowed: boolean): Promise<readonly string[]> {
  const held = (await session.query<[string]>(question)).map(([privilege]) => privilege.toUpperCase());
  const reach = dangerous.filter((privilege) => held.includes(privilege));
  if (reach.length > 0) {
    const what = `the MySQL user holds ${reach.join(', ')} and could reach beyond the tables`;
    if (!allowed) throw new PluginError('PERMISSION_DENIED', `T${what.slice(1)}: ${advice}.`);
    return [what];
  }
  return held.some((privilege) => writing.has(privilege))
    ? ['the MySQL user may write to tables; the session is read-only, but a user with SELECT only is safer']
    : [];
}
