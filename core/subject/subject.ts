import { createHash } from 'node:crypto';

export type Attribute = string | number | boolean | readonly (string | number | boolean)[];

/** Who asks: the only notion of "who" in the house. */
export interface Subject {
  readonly user: string;
  readonly workspace: string;
  readonly project: string | null;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** SHA-256 of everything else: equal for two subjects exactly when they are the same in every respect. */
  readonly fingerprint: string;
}

const sorted = (names: readonly string[] = []): readonly string[] => Object.freeze([...new Set(names)].sort());

/** A frozen subject with its fingerprint; the order of roles, groups and attributes does not matter. */
export const createSubject = (from: Partial<Omit<Subject, 'fingerprint'>> & { readonly user: string }): Subject => {
  const attributes = Object.fromEntries(
    Object.entries(from.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  const who = {
    user: from.user,
    workspace: from.workspace ?? 'default',
    project: from.project ?? null,
    roles: sorted(from.roles),
    groups: sorted(from.groups),
    attributes: Object.freeze(attributes),
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(who)).digest('hex');
  return Object.freeze({ ...who, fingerprint });
};
