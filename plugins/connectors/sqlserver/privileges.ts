import { PluginError } from 'datamind/contract';
import type { Session } from './session.js';

/** SQL Server has no read-only session: only the grants of the user keep it from writing. */
const question = `
SELECT CAST(coalesce(IS_SRVROLEMEMBER('sysadmin'), 0) AS int) AS sysadmin, CAST(coalesce(IS_ROLEMEMBER('db_owner'), 0) AS int) AS owner,
  CAST(coalesce(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT'), 0) + coalesce(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UPDATE'), 0)
    + coalesce(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'DELETE'), 0) + coalesce(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'EXECUTE'), 0)
    + coalesce(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'ALTER'), 0) AS int) AS writes`;

const advice =
  'use a user with SELECT only, as the README of the connector shows, or set `allowPrivilegedUser` to true';

/** Warnings for the log. @throws PluginError `PERMISSION_DENIED` for a user that may write anywhere in the database, unless that is allowed */
export const checkPrivileges = async (session: Session, allowed: boolean): Promise<readonly string[]> => {
  const [found] = await session.query<{ sysadmin: number; owner: number; writes: number }>(question);
  if (found === undefined || found.sysadmin + found.owner + found.writes === 0) return [];
  const what = found.sysadmin > 0 ? 'is a sysadmin' : found.owner > 0 ? 'owns the database' : 'may change the database';
  if (!allowed)
    throw new PluginError(
      'PERMISSION_DENIED',
      `The SQL Server user ${what}, and SQL Server has no read-only sessions: ${advice}.`,
    );
  return [`the SQL Server user ${what}; only the firewall and a rollback keep it from writing`];
};
