import { In } from 'typeorm';
import type { Writer } from '../store/store.js';
import { projectMembers, projects } from './store.js';

/** Takes somebody who leaves a workspace out of its projects; whoever does that counts up the epoch `identity`. */
export const leaveProjects = async (db: Writer, workspaceId: string, userId: string): Promise<void> => {
  const own = await db.findBy(projects, { workspaceId });
  if (own.length === 0) return;
  await db.remove(projectMembers, { userId, projectId: In(own.map(({ id }) => id)) });
};
