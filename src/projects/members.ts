/** Who works in a project: users, and groups with everybody in them. */
import { groupPart, type Membership, userPart } from '../users/membership.js';
import type { GroupRow, UserRow } from '../identity/store.js';
import { projectEpochs, seenProject } from './service.js';
import { projectGroups, projectMembers } from './store.js';

const inProject = { whole: 'project', key: 'projectId', find: seenProject, made: {}, epochs: projectEpochs } as const;

export const usersInProjects: Membership<UserRow> = {
  ...inProject,
  part: userPart,
  links: projectMembers,
  joins: (user) => ({ action: 'project.change', detail: { joins: user } }),
  leaves: (user) => ({ action: 'project.change', detail: { leaves: user } }),
};

export const groupsInProjects: Membership<GroupRow> = {
  ...inProject,
  part: groupPart,
  links: projectGroups,
  joins: (group) => ({ action: 'project.change', detail: { joins_group: group } }),
  leaves: (group) => ({ action: 'project.change', detail: { leaves_group: group } }),
};
