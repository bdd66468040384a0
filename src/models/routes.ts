import { DataMindError } from '../../core/errors/datamind-error.js';
import { assertPrecondition, etagOf } from '../api/entity-tag.js';
import { listPage, listParameters } from '../api/list.js';
import { audited } from '../audit/audited-handler.js';
import type { AuditTrail } from '../audit/trail.js';
import type { BodySpec, Call, Reply, Route } from '../api/route.js';
import type { Store } from '../store/store.js';
import { modelVersionsOf } from './model-versions.js';
import type { ModelFile, ModelSource } from './model-source.js';
import type { WorkspaceModels } from './workspace-models.js';
import { warningHeaders } from './standing-warnings.js';
import './schemas.js';

const yaml = ['application/yaml', 'text/yaml', 'application/x-yaml'];
const largestFile = 4 * 1024 * 1024;
const named = { name: 'Its path, URL-encoded (`sales%2Forders.yaml`).' };
const writeErrors = ['MODEL_INVALID', 'PRECONDITION_FAILED', 'READ_ONLY', 'STORAGE_FULL', 'AUDIT_UNAVAILABLE'] as const;

const summaryOf = ({ name, text, hash, readOnly }: ModelFile) => ({
  name,
  etag: etagOf(hash),
  size_bytes: Buffer.byteLength(text),
  read_only: readOnly,
});

const unknown = (name: string): DataMindError =>
  new DataMindError('NOT_FOUND', `There is no file "${name}" in the model.`);

const tagOf = (file: ModelFile | null): string | null => (file === null ? null : etagOf(file.hash));

const textBody: BodySpec = {
  required: true,
  limit: largestFile,
  description: 'The YAML itself, or JSON that holds it as `text`.',
  content: {
    'application/json': { schema: { $ref: '#/$defs/ModelFileBody' } },
    ...Object.fromEntries(yaml.map((type) => [type, { schema: { type: 'string' } }])),
  },
};

const textOf = ({ body, mediaType }: Call): string =>
  mediaType === 'application/json' ? (body as { readonly text: string }).text : (body as string);

const addressOf = (name: string): string => `/api/v1/semantic/models/${encodeURIComponent(name)}`;

/** Every answer says whether the model in force is that of the files. */
const fileReply = (
  source: ModelSource,
  file: ModelFile,
  more: { readonly status?: number; readonly location?: string } = {},
): Reply => ({
  json: { ...summaryOf(file), text: file.text },
  etag: etagOf(file.hash),
  status: more.status ?? 200,
  headers: { ...warningHeaders(source), ...(more.location !== undefined && { Location: more.location }) },
});

const inBody = ({ body }: Call) => ({ target: (body as { readonly name: string }).name });
const byName = ({ params }: Call) => ({ target: params.name! });

export const createModelRoutes = (
  models: WorkspaceModels,
  trail: AuditTrail,
  store: Store | null,
): readonly Route[] => [
  {
    method: 'get',
    path: '/api/v1/semantic/models',
    operation: 'listModels',
    access: { role: 'admin', scope: 'model:read' },
    tag: 'Model files',
    summary: 'List the files of the model',
    query: listParameters,
    responses: {
      200: { description: 'A page of the list.', content: { 'application/json': { $ref: '#/$defs/ModelFileList' } } },
    },
    handle: async ({ query, subject }) => {
      const source = await models.of(subject.workspace);
      const files = (await source.files()).map(summaryOf);
      return {
        json: listPage(
          files.sort((a, b) => (a.name < b.name ? -1 : 1)),
          query,
        ),
        headers: warningHeaders(source),
      };
    },
  },
  {
    method: 'post',
    path: '/api/v1/semantic/models',
    operation: 'createModel',
    access: { role: 'admin', scope: 'model:write' },
    tag: 'Model files',
    summary: 'Add a file to the model',
    description:
      'The whole model is compiled with the new file first; nothing is written when that finds errors. The model of the default workspace is the ontology folder; those of others are kept in the store, with all their versions.',
    body: {
      required: true,
      limit: largestFile,
      content: {
        'application/json': {
          schema: { $ref: '#/$defs/NewModelFile' },
          example: {
            name: 'glossary-extra.yaml',
            text: 'glossary:\n  basket:\n    description: What one customer buys at once.\n',
          },
        },
      },
    },
    responses: {
      201: { description: 'The file.', content: { 'application/json': { $ref: '#/$defs/ModelFileText' } } },
    },
    errors: [...writeErrors, 'CONFLICT'],
    handle: audited(trail, 'model.create', inBody, async ({ body, subject }) => {
      const { name, text } = body as { readonly name: string; readonly text: string };
      const source = await models.of(subject.workspace);
      const add = (before: ModelFile | null): string => {
        if (before === null) return text;
        throw new DataMindError('CONFLICT', `There is a file "${name}" already; replace it with PUT.`);
      };
      const file = await source.change(name, add, subject.user);
      return fileReply(source, file!, { status: 201, location: addressOf(name) });
    }),
  },
  {
    method: 'get',
    path: '/api/v1/semantic/models/{name}',
    operation: 'getModel',
    access: { role: 'admin', scope: 'model:read' },
    tag: 'Model files',
    summary: 'Show a file of the model',
    params: named,
    responses: {
      200: { description: 'The file.', content: { 'application/json': { $ref: '#/$defs/ModelFileText' } } },
    },
    errors: ['NOT_FOUND'],
    handle: async ({ params, subject }) => {
      const source = await models.of(subject.workspace);
      const file = await source.file(params.name!);
      if (file === null) throw unknown(params.name!);
      return fileReply(source, file);
    },
  },
  {
    method: 'get',
    path: '/api/v1/semantic/models/{name}/versions',
    operation: 'listModelVersions',
    access: { role: 'admin', scope: 'model:read' },
    tag: 'Model files',
    summary: 'List what a file of the model was with each of its versions',
    description: 'The latest first, also of one that was removed. Those of the ontology folder are in git.',
    params: named,
    responses: {
      200: { description: 'All of them.', content: { 'application/json': { $ref: '#/$defs/ModelVersionList' } } },
    },
    errors: ['NOT_FOUND'],
    handle: async ({ params, subject }) => {
      const data = await modelVersionsOf(store, subject.workspace, params.name!);
      return { json: { data, count: data.length }, headers: { 'Cache-Control': 'no-store' } };
    },
  },
  {
    method: 'put',
    path: '/api/v1/semantic/models/{name}',
    operation: 'replaceModel',
    access: { role: 'admin', scope: 'model:write' },
    tag: 'Model files',
    summary: 'Replace or add a file of the model',
    description:
      'The whole model is compiled with the change first; nothing is written when that finds errors. One that is broken already may be mended file by file: a change is written when it leaves fewer errors and none that is new, and the last model without errors serves on. Send `If-Match` with the ETag that you read, so that no other change is lost.',
    params: named,
    headers: { 'If-Match': 'The ETag of the file as you read it.' },
    body: textBody,
    responses: {
      200: { description: 'The file.', content: { 'application/json': { $ref: '#/$defs/ModelFileText' } } },
      201: { description: 'The new file.', content: { 'application/json': { $ref: '#/$defs/ModelFileText' } } },
    },
    errors: writeErrors,
    handle: audited(trail, 'model.change', byName, async (call) => {
      let created = false;
      const source = await models.of(call.subject.workspace);
      const put = (before: ModelFile | null): string => {
        assertPrecondition(call.headers, tagOf(before));
        created = before === null;
        return textOf(call);
      };
      const file = await source.change(call.params.name!, put, call.subject.user);
      return fileReply(source, file!, { status: created ? 201 : 200 });
    }),
  },
  {
    method: 'delete',
    path: '/api/v1/semantic/models/{name}',
    operation: 'deleteModel',
    access: { role: 'admin', scope: 'model:write' },
    tag: 'Model files',
    summary: 'Remove a file of the model',
    description: 'Refused when other files need what it holds.',
    params: named,
    headers: { 'If-Match': 'The ETag of the file as you read it.' },
    responses: { 204: { description: 'It is gone.' } },
    errors: [...writeErrors, 'NOT_FOUND'],
    handle: audited(trail, 'model.delete', byName, async ({ params, headers, subject }) => {
      const source = await models.of(subject.workspace);
      const remove = (before: ModelFile | null): null => {
        if (before === null) throw unknown(params.name!);
        assertPrecondition(headers, tagOf(before));
        return null;
      };
      await source.change(params.name!, remove, subject.user);
      return { status: 204, headers: warningHeaders(source) };
    }),
  },
];
