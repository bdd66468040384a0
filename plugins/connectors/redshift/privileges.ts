import { PluginError } from 'datamind/contract';
import type { Session } from '../postgres/session.js';

const advice =
  'use a user with SELECT only, as the README of the connector shows, or set `allowPrivilegedUser` to true';

/** Warnings for the log. @throws PluginError `PERMISSION_DENIED` for a superuser, unless that is allowed */
export const checkPrivileges = async (session: Session, allowed: boolean): Promise<readonly string[]> => {
  const [found] = await session.query<{ superuser: boolean }>(
    'SELECT usesuper AS superuser FROM pg_catalog.pg_user WHERE usename = current_user',
  );
  if (found?.superuser !== true) return [];
  if (!allowed) throw new PluginError('PERMISSION_DENIED', `The Redshift user is a superuser: ${advice}.`);
  return ['the Redshift user is a superuser; use a user with SELECT only'];
};
