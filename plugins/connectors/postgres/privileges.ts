import { PluginError } from 'datamind/contract';
import type { Session } from './session.js';

interface Privileges {
  readonly superuser: boolean;
  readonly roles: readonly string[];
  readonly writes: boolean;
}

/** Roles that reach beyond tables: into the server's files and programs. */
const dangerous = ['pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'] as const;

const question = `
  SELECT r.rolsuper AS superuser,
         ARRAY(SELECT p.rolname::text FROM pg_catalog.pg_roles p
               WHERE p.rolname = ANY ($1::text[]) AND pg_catalog.pg_has_role(current_user, p.oid, 'USAGE')) AS roles,
         EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                   AND n.nspname !~ '^pg_(toast|temp)'
                   AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS writes
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`;

const advice =
  'use a role with SELECT only, as the README of the connector shows, or set `allowPrivilegedUser` to true';

/**
 * What the user may do beside reading tables, as sentences for the log.
 * @throws PluginError `PERMISSION_DENIED` for a user that reaches the server's files or programs, unless that is allowed:
 *   a read-only transaction stops no function that reads a file.
 */
export async function checkPrivileges(session: Session, allowed: boolean): Promise<readonly string[]> {
  const [found] = await session.query<Privileges & Record<string, unknown>>(question, [dangerous]);
  if (found === undefined) return [];
  const reach = found.superuser ? 'is a superuser' : `is a member of ${found.roles.join(', ')}`;
  if (found.superuser || found.roles.length > 0) {
    if (!allowed) {
      throw new PluginError(
        'PERMISSION_DENIED',
        `The PostgreSQL user ${reach} and could reach files of the server: ${advice}.`,
      );
    }
    return [`the PostgreSQL user ${reach} and can reach files of the server; ${advice.replace(/, or set.*/, '')}`];
  }
  return found.writes
    ? ['the PostgreSQL user may write to tables; the session is read-only, but a role with SELECT only is safer']
    : [];
}
