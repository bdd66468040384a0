/** Who is connected, by workspace. A person with two pages open is one. */
export interface Presence {
  /** @returns whether it is the first connection */
  join(workspace: string, user: string): boolean;
  /** @returns whether it was the last connection */
  leave(workspace: string, user: string): boolean;
  /** In the order in which they came. */
  of(workspace: string): readonly string[];
}

export const createPresence = (): Presence => {
  const workspaces = new Map<string, Map<string, number>>();
  return {
    join: (workspace, user) => {
      const here = workspaces.get(workspace) ?? new Map<string, number>();
      workspaces.set(workspace, here);
      const count = (here.get(user) ?? 0) + 1;
      here.set(user, count);
      return count === 1;
    },
    leave: (workspace, user) => {
      const here = workspaces.get(workspace);
      const count = (here?.get(user) ?? 0) - 1;
      if (here === undefined || count < 0) return false;
      if (count > 0) here.set(user, count);
      else here.delete(user);
      if (here.size === 0) workspaces.delete(workspace);
      return count === 0;
    },
    of: (workspace) => [...(workspaces.get(workspace)?.keys() ?? [])],
  };
};
