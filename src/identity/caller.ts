import { DataMindError, type ErrorDetails } from '../../core/errors/datamind-error.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import type { Actor } from '../audit/trail.js';
import type { Role, Scope } from './access.js';

/** The workspace that is there from the first start on; models, connections and policies of files belong to it. */
export const defaultWorkspace = 'default';

/** Who asks, as the token of a request proves it. */
export interface Caller {
  /** Of `local`: whoever sits at this machine, while the server serves nobody else. */
  readonly kind: 'person' | 'service' | 'local';
  /** The id of the user or of the service token; `local`. */
  readonly id: string;
  /** The session of a person. */
  readonly session: string | null;
  /** The workspace that is asked for; `null` for a person who is a member of none. */
  readonly workspace: string | null;
  /** The role in it. */
  readonly role: Role | null;
  /** The id of the project that the request is about; `null`: all of the workspace. */
  readonly project: string | null;
  readonly operator: boolean;
  /** What a service token is narrowed to; `null` for people. */
  readonly scopes: readonly Scope[] | null;
  /** What policies, caches and the audit know of the caller. */
  readonly subject: Subject;
}

/** Somebody known, who may not come in here: to another workspace, or from this address. */
export class NotAdmitted extends DataMindError {
  /** Who that is; in the workspace that was asked for, where there is such a one. */
  readonly actor: Actor;

  constructor(message: string, actor: Actor, details: ErrorDetails = {}) {
    super('FORBIDDEN', message, details);
    this.actor = actor;
  }
}

/** The workspace of a caller who was let in by a role in it. */
export const workspaceOf = ({ workspace }: Caller): string => {
  if (workspace === null) throw new Error('a role without a workspace');
  return workspace;
};

/** A caller as the audit names it. */
export const actorOf = ({ subject: { user, workspace, fingerprint } }: Caller): Actor => ({
  user,
  workspace: workspace === '' ? '*' : workspace,
  fingerprint,
});

/** Whoever sits at this machine. */
export const localSubject: Subject = createSubject({ user: 'local', roles: ['admin'] });

export const localCaller: Caller = Object.freeze({
  kind: 'local',
  id: 'local',
  session: null,
  workspace: defaultWorkspace,
  role: 'admin',
  project: null,
  operator: true,
  scopes: null,
  subject: localSubject,
});
