import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import '../users/schemas.js';

const text: Schema = { type: 'string' };
const time: Schema = { type: 'string', format: 'date-time' };
const count: Schema = { type: 'integer', minimum: 0 };
const texts: Schema = { type: 'array', items: text };
const line = (maxLength: number): Schema => ({ type: 'string', minLength: 1, maxLength, pattern: '^[^\\p{C}]+$' });
const names = (what: string): Schema => ({
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 200 },
  maxItems: 5_000,
  description: `Names of ${what} of the workspace’s model; no others exist in the project.`,
});

const writable = {
  name: { ...line(100), description: 'What policies call it.' },
  description: { type: 'string', maxLength: 1_000 },
  entities: names('entities'),
  metrics: names('metrics'),
  confines: {
    type: 'boolean',
    description:
      'Members who are no admins work in it whenever they name no project, so that the rest of the workspace does not exist for them.',
  },
} as const satisfies Record<string, Schema>;

const selection: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'Objects of the model that have one of the tags or one of the names.',
  properties: { tags: { ...texts, default: [] }, names: { ...texts, default: [] } },
};
const needs: Schema = {
  ...texts,
  default: [],
  description: 'It is made where the model has these metrics or measures.',
};
const provided = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  default: {},
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties: { needs, ...properties },
  },
});
const query: Schema = { type: 'object', description: 'A semantic query.' };

define({
  Project: {
    type: 'object',
    required: [
      ...['id', 'name', 'description', 'entities', 'metrics', 'confines', 'template', 'members', 'groups'],
      ...['created_at', 'changed_at', 'version'],
    ],
    properties: {
      id: { ...text, description: 'For `X-Project-Id`.' },
      name: { ...text, description: 'What policies call it.' },
      description: text,
      entities: { ...texts, description: 'Those that exist in it.' },
      metrics: { ...texts, description: 'Those that exist in it, besides the measures of its entities.' },
      confines: writable.confines,
      template: { type: ['string', 'null'], description: 'What it was made from.' },
      members: count,
      groups: count,
      created_at: time,
      changed_at: time,
      version: { type: 'integer', minimum: 1 },
      provisioned: {
        type: 'object',
        description: 'What was made from the template, when the project was just made from one.',
        required: ['metrics', 'verified_queries', 'saved_queries', 'skipped'],
        properties: {
          metrics: texts,
          verified_queries: texts,
          saved_queries: texts,
          skipped: {
            type: 'array',
            items: {
              type: 'object',
              required: ['kind', 'name', 'missing'],
              properties: {
                kind: text,
                name: text,
                missing: {
                  ...texts,
                  description:
                    'What the model does not have; empty where it has all, and cannot answer it (no time to go by, say).',
                },
              },
            },
          },
        },
      },
    },
  },
  ProjectList: listOf('Project'),
  NewProject: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      ...writable,
      template: { type: 'string', maxLength: 100, description: 'What to begin with: `projects/templates` has them.' },
    },
  },
  ProjectTemplate: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'label', 'description', 'entities', 'metrics', 'provides'],
    properties: {
      name: text,
      label: text,
      description: text,
      entities: selection,
      metrics: selection,
      provides: {
        type: 'object',
        additionalProperties: false,
        properties: {
          metrics: provided({ definition: { type: 'object', description: 'As in `metrics:` of the YAML.' } }),
          verified_queries: provided({ question: text, query }),
          saved_queries: provided({ description: text, query }),
        },
      },
    },
  },
  ProjectTemplateList: listOf('ProjectTemplate'),
  ProjectChange: { type: 'object', additionalProperties: false, minProperties: 1, properties: writable },
  ProjectGroup: { type: 'object', required: ['id', 'name'], properties: { id: text, name: text } },
  ProjectGroupList: listOf('ProjectGroup'),
  NewProjectGroup: {
    type: 'object',
    additionalProperties: false,
    required: ['group_id'],
    properties: { group_id: { type: 'string', minLength: 1, maxLength: 100 } },
  },
});
