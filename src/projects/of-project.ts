import type { ObjectLiteral } from 'typeorm';
import type { Caller } from '../identity/caller.js';

/** The condition on `item` that it was kept in the project that the request is about, or in none where it is about none. */
export const ofProject = ({ project }: Caller): [condition: string, parameters: ObjectLiteral] =>
  project === null ? ['item.projectId is null', {}] : ['item.projectId = :project', { project }];
