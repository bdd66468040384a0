import type { YamlNode } from '../load/yaml-node.js';
import type { Audience } from '../model/model.js';
import { asScalar, flagAt, textsAt } from './read-fields.js';

export const nobody: Audience = Object.freeze({ everyone: false, roles: [], groups: [], users: [], projects: [] });

/** `everyone`, or roles, groups, users and projects; nobody where nothing is written. */
export const readAudience = (node: YamlNode | undefined): Audience => {
  if (node === undefined) return nobody;
  if (node.kind !== 'map') return { ...nobody, everyone: asScalar(node)?.value === 'everyone' };
  return {
    everyone: flagAt(node, 'everyone'),
    roles: textsAt(node, 'roles'),
    groups: textsAt(node, 'groups'),
    users: textsAt(node, 'users'),
    projects: textsAt(node, 'projects'),
  };
};
