/**
 * Who may call a route: data beside its path. What it does not say is refused; a route that says nothing does not compile.
 */

/** Each may do what those before it may. */
export const roles = ['viewer', 'analyst', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a service token may be narrowed to: a noun and what is done to it. Another one is a word here. */
export const scopes = [
  'model:read',
  'model:write',
  'query:run',
  'sql:run',
  'connection:read',
  'connection:write',
  'policy:read',
  'policy:write',
  'identity:read',
  'audit:read',
  'system:read',
] as const;
export type Scope = (typeof scopes)[number];

/** A right in a workspace. */
export interface Right {
  /** At least this role. */
  readonly role: Role;
  /** What a service token must have been given, besides; `null` where only people may go. */
  readonly scope: Scope | null;
}

export type Access =
  /** Anybody, and nobody is asked for. */
  | 'public'
  /** Anybody; who shows a good token is known to the handler, and may be told more. */
  | 'optional'
  /** A person with a session, whatever the role and even without a workspace: one's own account. */
  | 'signed-in'
  /** The operator of this instance: workspaces, settings. No data by that alone. */
  | 'operator'
  | Right;

export const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

export const atLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

/** In words, for the documentation of a route. */
export const describeAccess = (access: Access): string => {
  if (access === 'public') return 'Needs no token.';
  if (access === 'optional') return 'Needs no token; with one it tells more.';
  if (access === 'signed-in') return 'Needs a person’s access token.';
  if (access === 'operator') return 'Needs the access token of the operator.';
  if (access.scope === null) return `Needs a person’s access token, and the role ${access.role}.`;
  return `Needs the role ${access.role}; of a service token, the scope \`${access.scope}\` too.`;
};
