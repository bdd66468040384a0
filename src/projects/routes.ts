import { listPage, listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import { createMembershipRoutes } from '../users/membership-routes.js';
import { groupsInProjects, usersInProjects } from './members.js';
import { createFromTemplate, templateNamed } from './apply-template.js';
import { projectTemplates } from './read-templates.js';
import './schemas.js';
import {
  changeProject,
  createProject,
  deleteProject,
  listProjects,
  type NewProject,
  type ProjectServices,
  showProject,
  versionTag,
} from './service.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const changed = ['NOT_FOUND', 'CONFLICT', ...stored] as const;
const reads = { role: 'viewer', scope: 'model:read' } as const;
const writes = { role: 'admin', scope: null } as const;
const tag = 'Projects';
const one = { id: 'The id of the project.' };
const path = '/api/v1/projects';

export const createProjectRoutes = (services: ProjectServices): readonly Route[] => {
  const show = async ({ caller }: Call, id: string) => {
    const json = await showProject(services, caller, id);
    return { json, etag: versionTag(json), headers: noStore };
  };
  return [
    {
      method: 'get',
      path,
      operation: 'listProjects',
      access: reads,
      tag,
      summary: 'List your projects',
      description: 'Those that you are a member of, by yourself or by a group; admins of the workspace see all.',
      query: listParameters,
      responses: { 200: answers('ProjectList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({ json: await listProjects(services, caller, query), headers: noStore }),
    },
    {
      method: 'post',
      path,
      operation: 'createProject',
      access: writes,
      tag,
      summary: 'Make a project',
      description:
        'A part of the workspace’s model, for those who work in it: whoever names it in `X-Project-Id` is answered as if nothing else existed.',
      body: jsonBody('NewProject', { name: 'sales', entities: ['orders', 'customers'], metrics: ['revenue'] }),
      responses: { 201: answers('Project', 'The project.') },
      errors: ['NOT_FOUND', 'CONFLICT', 'MODEL_UNAVAILABLE', 'MODEL_INVALID', 'STORAGE_FULL', 'READ_ONLY', ...stored],
      handle: async (call) => {
        const { template, ...asked } = call.body as NewProject & { readonly template?: string };
        const circumstances = circumstancesOf(call);
        const made =
          template === undefined
            ? { id: await createProject(services, call.caller, asked, circumstances) }
            : await createFromTemplate(services, call.caller, templateNamed(template), asked, circumstances);
        const { id, ...provisioned } = made;
        const { json, etag, headers } = await show(call, id);
        return {
          status: 201,
          json: { ...json, ...provisioned },
          etag,
          headers: { ...headers, Location: `${path}/${id}` },
        };
      },
    },
    {
      method: 'get',
      path: `${path}/templates`,
      operation: 'listProjectTemplates',
      access: reads,
      tag,
      summary: 'List what projects can begin with',
      query: listParameters,
      responses: { 200: answers('ProjectTemplateList', 'A page of the list.') },
      handle: ({ query }) => ({ json: listPage(projectTemplates(), query) }),
    },
    {
      method: 'get',
      path: `${path}/templates/{name}`,
      operation: 'getProjectTemplate',
      access: reads,
      tag,
      summary: 'Show what a project can begin with',
      params: { name: 'Its name.' },
      responses: { 200: answers('ProjectTemplate', 'The template.') },
      errors: ['NOT_FOUND'],
      handle: ({ params }) => ({ json: templateNamed(params.name!) }),
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getProject',
      access: reads,
      tag,
      summary: 'Show a project',
      params: one,
      responses: { 200: answers('Project', 'The project.') },
      errors: ['NOT_FOUND'],
      handle: (call) => show(call, call.params.id!),
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'changeProject',
      access: writes,
      tag,
      summary: 'Change a project',
      description:
        'In force for the next statement. Policies know it by its name: a new name changes which of them are about those who work in it.',
      params: one,
      headers: { 'If-Match': 'The ETag of the project as you read it.' },
      body: jsonBody('ProjectChange', { metrics: ['revenue', 'order_count'] }),
      responses: { 200: answers('Project', 'The project.') },
      errors: [...changed, 'PRECONDITION_FAILED', 'MODEL_UNAVAILABLE'],
      handle: async (call) => {
        const id = call.params.id!;
        await changeProject(
          services,
          call.caller,
          id,
          call.body as Partial<NewProject>,
          call.headers,
          circumstancesOf(call),
        );
        return show(call, id);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteProject',
      access: writes,
      tag,
      summary: 'Delete a project, with the queries that were saved in it',
      description:
        'Its part of the model stays. Policies about it are about nobody from then on, and whoever it confined works in all of the workspace.',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: changed,
      handle: async (call) => {
        await deleteProject(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    ...createMembershipRoutes(usersInProjects, services, {
      list: 'List who is a member of a project',
      about: 'By themselves; groups are listed apart, and admins of the workspace are members of all.',
      add: 'Make a user a member of a project',
      remove: 'Take a user out of a project',
    }),
    ...createMembershipRoutes(groupsInProjects, services, {
      list: 'List the groups whose users are members of a project',
      add: 'Make everybody in a group a member of a project',
      remove: 'Take a group out of a project',
    }),
  ];
};
