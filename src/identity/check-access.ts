import { DataMindError } from '../../core/errors/datamind-error.js';
import { type Access, atLeast } from './access.js';
import type { Caller } from './caller.js';

const forbidden = (message: string): DataMindError => new DataMindError('FORBIDDEN', message);

/**
 * Why this caller may not call a route; `null` when nothing speaks against it.
 * @param caller `null` for somebody unknown, which only routes for anybody take
 */
export const refusalOf = (access: Access, caller: Caller | null): DataMindError | null => {
  if (access === 'public' || access === 'optional') return null;
  if (caller === null) {
    return new DataMindError('UNAUTHENTICATED', 'This needs an access token: send "Authorization: Bearer …".', {
      hint: 'POST /api/v1/auth/login gives one for e-mail and password.',
    });
  }
  const forPeople = typeof access === 'string' || access.scope === null;
  if (forPeople && caller.kind === 'service') {
    return forbidden('This is for people only; a service token cannot do it.');
  }
  if (access === 'signed-in' || access === 'operator') {
    if (access === 'operator' && !caller.operator) return forbidden('Only the operator of this instance may do this.');
    return null;
  }
  const { role, scope } = access;
  if (caller.workspace === null || caller.role === null) {
    return forbidden('You are not a member of a workspace yet; an admin of one can add you.');
  }
  if (!atLeast(caller.role, role)) {
    return forbidden(`This needs the role ${role} in the workspace; yours is ${caller.role}.`);
  }
  if (caller.scopes !== null && (scope === null || !caller.scopes.includes(scope))) {
    return forbidden(`This needs a service token with the scope "${scope}".`);
  }
  return null;
};
