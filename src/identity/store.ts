import { defineTable } from '../store/define-table.js';
import type { Role, Scope } from './access.js';
import type { Attribute } from '../../core/subject/subject.js';

/** The tenant: nothing crosses it. */
export interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly version: number;
}

export const workspaces = defineTable<WorkspaceRow>('workspaces', {
  id: 'id',
  name: 'text',
  createdAt: 'time',
  version: 'count',
});

export interface UserRow {
  readonly id: string;
  /** Lower case. It is what policies and the audit call the user: unique for ever, also after the account is gone. */
  readonly username: string;
  /** Lower case; null once the account is deleted. */
  readonly email: string | null;
  readonly name: string;
  /** bcrypt; null for accounts that log in elsewhere only. */
  readonly passwordHash: string | null;
  readonly passwordChangedAt: number;
  readonly status: 'active' | 'disabled' | 'deleted';
  /** Runs this instance: workspaces and settings. */
  readonly operator: boolean;
  readonly createdAt: number;
  readonly version: number;
}

export const users = defineTable<UserRow>('users', {
  id: 'id',
  username: 'text',
  email: 'text?',
  name: 'text',
  passwordHash: 'text?',
  passwordChangedAt: 'time',
  status: 'text',
  operator: 'flag',
  createdAt: 'time',
  version: 'count',
});

/** An account at an OpenID provider, which is this user's. */
export interface ExternalAccountRow {
  readonly issuer: string;
  readonly subject: string;
  readonly userId: string;
  readonly createdAt: number;
}

export const externalAccounts = defineTable<ExternalAccountRow>('external_accounts', {
  issuer: 'id',
  subject: 'id',
  userId: 'text',
  createdAt: 'time',
});

/** Who belongs to a workspace, and as what. */
export interface MembershipRow {
  readonly workspaceId: string;
  readonly userId: string;
  readonly role: Role;
  readonly createdAt: number;
}

export const memberships = defineTable<MembershipRow>('memberships', {
  workspaceId: 'id',
  userId: 'id',
  role: 'text',
  createdAt: 'time',
});

export interface GroupRow {
  readonly id: string;
  readonly workspaceId: string;
  /** What policies call it. */
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly version: number;
}

export const groups = defineTable<GroupRow>('groups', {
  id: 'id',
  workspaceId: 'text',
  name: 'text',
  description: 'text',
  createdAt: 'time',
  version: 'count',
});

export interface GroupMemberRow {
  readonly groupId: string;
  readonly userId: string;
  /** Who put the user in: what claims of an OpenID provider gave, they take away again. */
  readonly source: 'admin' | 'claims';
  readonly createdAt: number;
}

export const groupMembers = defineTable<GroupMemberRow>('group_members', {
  groupId: 'id',
  userId: 'id',
  source: 'text',
  createdAt: 'time',
});

/** A value that policies compare with, of a user in a workspace. */
export interface UserAttributeRow {
  readonly workspaceId: string;
  readonly userId: string;
  readonly name: string;
  readonly value: Attribute;
}

export const userAttributes = defineTable<UserAttributeRow>('user_attributes', {
  workspaceId: 'id',
  userId: 'id',
  name: 'id',
  value: 'json',
});

/** A login, and the family of refresh tokens that comes of it. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly endedBy: 'logout' | 'revoked' | 'reuse' | 'password' | 'account' | null;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export const sessions = defineTable<SessionRow>('sessions', {
  id: 'id',
  userId: 'text',
  createdAt: 'time',
  usedAt: 'time',
  expiresAt: 'time',
  endedAt: 'time?',
  endedBy: 'text?',
  address: 'text?',
  userAgent: 'text?',
});

export interface RefreshTokenRow {
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly sessionId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When it was exchanged; used again it ends the session. */
  readonly usedAt: number | null;
}

export const refreshTokens = defineTable<RefreshTokenRow>('refresh_tokens', {
  hash: 'id',
  sessionId: 'text',
  createdAt: 'time',
  expiresAt: 'time',
  usedAt: 'time?',
});

/** A program's way in: a caller of its own, with a role, groups and attributes. */
export interface ServiceTokenRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  /** SHA-256 of the token's secret part. */
  readonly hash: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** Ids of groups. */
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export const serviceTokens = defineTable<ServiceTokenRow>('service_tokens', {
  id: 'id',
  workspaceId: 'text',
  name: 'text',
  hash: 'text',
  role: 'text',
  scopes: 'json',
  groups: 'json',
  attributes: 'json',
  createdBy: 'text',
  createdAt: 'time',
  expiresAt: 'time',
  revokedAt: 'time?',
});

/** A key that signs access tokens, or did and still verifies them. */
export interface SigningKeyRow {
  /** The `kid` of tokens. */
  readonly id: string;
  /** As it is sealed. */
  readonly secret: string;
  readonly createdAt: number;
  /** From then on it verifies nothing any more; null for the one that signs. */
  readonly endsAt: number | null;
}

export const signingKeys = defineTable<SigningKeyRow>('signing_keys', {
  id: 'id',
  secret: 'text',
  createdAt: 'time',
  endsAt: 'time?',
});

/** Failed logins of one name or from one address; the key is a hash, so that names that nobody has are counted alike. */
export interface LoginFailureRow {
  readonly id: string;
  readonly failures: number;
  readonly lastAt: number;
  readonly lockedUntil: number | null;
}

export const loginFailures = defineTable<LoginFailureRow>('login_failures', {
  id: 'id',
  failures: 'count',
  lastAt: 'time',
  lockedUntil: 'time?',
});

export interface InvitationRow {
  readonly id: string;
  readonly workspaceId: string;
  /** SHA-256 of its token. */
  readonly hash: string;
  readonly email: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

export const invitations = defineTable<InvitationRow>('invitations', {
  id: 'id',
  workspaceId: 'text',
  hash: 'text',
  email: 'text',
  role: 'text',
  createdBy: 'text',
  createdAt: 'time',
  expiresAt: 'time',
  usedAt: 'time?',
});

/** Where members of a workspace may come from; from anywhere while it has none. */
export interface AddressRangeRow {
  readonly id: string;
  readonly workspaceId: string;
  /** In the notation of CIDR. */
  readonly range: string;
  readonly note: string;
  readonly createdAt: number;
}

export const addressRanges = defineTable<AddressRangeRow>('address_ranges', {
  id: 'id',
  workspaceId: 'text',
  range: 'text',
  note: 'text',
  createdAt: 'time',
});
