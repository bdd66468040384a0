import { defineTable } from '../store/define-table.js';

/** A part of a workspace's model, and who works in it. */
export interface ProjectRow {
  readonly id: string;
  readonly workspaceId: string;
  /** What policies call it. */
  readonly name: string;
  readonly description: string;
  /** Names of entities and metrics that exist in it. */
  readonly entities: readonly string[];
  readonly metrics: readonly string[];
  /** Whether members who name no project work in it. */
  readonly confines: boolean;
  /** What it was made from. */
  readonly template: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly version: number;
}

export const projects = defineTable<ProjectRow>('projects', {
  id: 'id',
  workspaceId: 'text',
  name: 'text',
  description: 'text',
  entities: 'json',
  metrics: 'json',
  confines: 'flag',
  template: 'text?',
  createdAt: 'time',
  changedAt: 'time',
  version: 'count',
});

export interface ProjectMemberRow {
  readonly projectId: string;
  readonly userId: string;
  readonly createdAt: number;
}

export const projectMembers = defineTable<ProjectMemberRow>('project_members', {
  projectId: 'id',
  userId: 'id',
  createdAt: 'time',
});

/** Everybody in the group is a member. */
export interface ProjectGroupRow {
  readonly projectId: string;
  readonly groupId: string;
  readonly createdAt: number;
}

export const projectGroups = defineTable<ProjectGroupRow>('project_groups', {
  projectId: 'id',
  groupId: 'id',
  createdAt: 'time',
});
