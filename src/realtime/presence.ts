import type { Json } from '../audit/trail.js';
import { noNotices, type Notices } from '../cluster/notices.js';

export interface PresenceOptions {
  /** Where other processes say who is with them. Default: there are none. */
  readonly notices?: Notices;
  /** Is told when somebody comes who was nowhere, or leaves from everywhere. */
  readonly onChange: (event: 'user_joined' | 'user_left', workspace: string, user: string) => void;
  readonly now: () => number;
}

/** Who is connected, by workspace, here and at the other processes. A person with two pages open is one. */
export interface Presence {
  join(workspace: string, user: string): void;
  leave(workspace: string, user: string): void;
  /** Those of this process first, in the order in which they came. */
  of(workspace: string): readonly string[];
  /** Tells the others, and forgets those that have not been heard of. To be called every few seconds. */
  beat(): void;
}

type People = Map<string, ReadonlySet<string>>;

interface Other {
  at: number;
  people: People;
}

const topic = 'presence';
/** A process that died is not heard of any more. */
const forgottenAfterMs = 15_000;

const peopleIn = (body: Json): People | null => {
  if (!Array.isArray(body)) return null;
  const people: People = new Map();
  for (const one of body as readonly unknown[]) {
    const [workspace, users] = Array.isArray(one) ? (one as readonly unknown[]) : [];
    if (typeof workspace !== 'string' || !Array.isArray(users)) return null;
    people.set(workspace, new Set(users.filter((user): user is string => typeof user === 'string')));
  }
  return people;
};

export const createPresence = ({ notices = noNotices, onChange, now }: PresenceOptions): Presence => {
  const here = new Map<string, Map<string, number>>();
  const others = new Map<string, Other>();
  const elsewhere = (workspace: string, user: string): boolean =>
    [...others.values()].some(({ people }) => people.get(workspace)?.has(user) === true);
  const isHere = (workspace: string, user: string): boolean => here.get(workspace)?.has(user) === true;
  const tellOthers = (): void => {
    notices.announce(
      topic,
      [...here].map(([workspace, users]) => [workspace, [...users.keys()]]),
    );
  };

  /** Takes what another process says, and tells what is different from before. */
  const replace = (from: string, people: People | null): void => {
    const before = others.get(from)?.people ?? new Map<string, ReadonlySet<string>>();
    others.delete(from);
    const after = people ?? new Map<string, ReadonlySet<string>>();
    const changes: Parameters<PresenceOptions['onChange']>[] = [];
    const compare = (event: 'user_joined' | 'user_left', those: People, without: People): void => {
      for (const [workspace, users] of those) {
        for (const user of users) {
          const known = without.get(workspace)?.has(user) === true;
          if (!known && !isHere(workspace, user) && !elsewhere(workspace, user)) changes.push([event, workspace, user]);
        }
      }
    };
    compare('user_left', before, after);
    compare('user_joined', after, before);
    if (people !== null) others.set(from, { at: now(), people });
    for (const change of changes) onChange(...change);
  };
  notices.on(topic, (body, from) => {
    const people = peopleIn(body);
    if (people === null) return;
    const isNew = !others.has(from);
    replace(from, people);
    // Who has just come knows nobody yet.
    if (isNew) tellOthers();
  });

  return {
    join: (workspace, user) => {
      const users = here.get(workspace) ?? new Map<string, number>();
      here.set(workspace, users);
      const count = (users.get(user) ?? 0) + 1;
      users.set(user, count);
      if (count > 1) return;
      tellOthers();
      if (!elsewhere(workspace, user)) onChange('user_joined', workspace, user);
    },
    leave: (workspace, user) => {
      const users = here.get(workspace);
      const count = (users?.get(user) ?? 0) - 1;
      if (users === undefined || count < 0) return;
      if (count > 0) {
        users.set(user, count);
        return;
      }
      users.delete(user);
      if (users.size === 0) here.delete(workspace);
      tellOthers();
      if (!elsewhere(workspace, user)) onChange('user_left', workspace, user);
    },
    of: (workspace) => [
      ...new Set([
        ...(here.get(workspace)?.keys() ?? []),
        ...[...others.values()].flatMap(({ people }) => [...(people.get(workspace) ?? [])]),
      ]),
    ],
    beat: () => {
      for (const [from, { at }] of [...others]) if (now() - at > forgottenAfterMs) replace(from, null);
      tellOthers();
    },
  };
};
