import { bundledSchemas } from '../api/bundled-schemas.js';
import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { subjectSchema } from '../identity/read-subject.js';

const text: Schema = { type: 'string' };
const names: Schema = { type: 'array', items: text };
const nullable: Schema = { type: ['string', 'null'] };
const { parts } = bundledSchemas('policies', 'Yaml');
const policy = parts.YamlPolicy as Schema & { readonly properties: Readonly<Record<string, Schema>> };
const { name: policyName, for: whom, except, on, rows, effect, label, description, valid } = policy.properties;
/** What a narrow policy has of the whole one. */
const common = {
  name: policyName!,
  entity: on!,
  for: whom!,
  except: except!,
  label: label!,
  description: description!,
  valid: valid!,
};
const audience: Schema = { type: 'object', description: 'Everyone, or roles, groups, users and projects.' };

define({
  ...parts,
  Policy: {
    type: 'object',
    required: [
      ...['name', 'label', 'description', 'for', 'except', 'on', 'effect', 'rows', 'columns'],
      ...['origin', 'status', 'problem', 'version', 'definition', 'read_only'],
    ],
    properties: {
      name: text,
      label: text,
      description: { type: ['string', 'null'] },
      for: audience,
      except: audience,
      on: { type: 'string', description: 'The entity.' },
      effect: { type: 'string', enum: ['permissive', 'restrictive'] },
      rows: { type: ['string', 'null'], description: 'The predicate; `subject.…` are attributes of whoever asks.' },
      columns: { type: 'object', description: 'What is masked or denied, and how.' },
      allow_only: { anyOf: [names, { type: 'null' }] },
      follows: names,
      aggregate_only: { type: ['object', 'null'] },
      valid: { type: 'object' },
      origin: { type: 'string', enum: ['yaml', 'api'] },
      status: {
        type: 'string',
        enum: ['in_force', 'broken'],
        description: 'A broken one does not compile any more: what it is about is closed to everyone.',
      },
      problem: { ...nullable, description: 'Why it does not compile.' },
      version: { type: ['integer', 'null'], description: 'Of one made by API; for admins, as what follows.' },
      definition: { type: ['object', 'null'], description: 'As it was written, with the keys of the YAML.' },
      created_at: nullable,
      created_by: nullable,
      changed_at: nullable,
      changed_by: nullable,
      read_only: { type: 'boolean', description: 'Written in a file, so that it cannot be changed here.' },
      warnings: names,
    },
  },
  PolicyDefinition: {
    ...policy,
    title: 'A policy without its name, which the address has',
    required: ['for', 'on'],
  },
  PolicyPatch: {
    type: 'object',
    description: 'The keys that change; null takes one away.',
    additionalProperties: false,
    minProperties: 1,
    // What is merged is held to the whole schema.
    properties: Object.fromEntries(
      Object.entries(policy.properties)
        .filter(([key]) => key !== 'name')
        .map(([key, { description: what }]) => [key, { description: what }]),
    ),
  },
  RowPolicy: {
    type: 'object',
    description: 'Which rows of an entity may be seen.',
    additionalProperties: false,
    required: ['name', 'entity', 'for', 'rows'],
    properties: { ...common, rows: rows!, effect: effect! },
  },
  ColumnPolicy: {
    type: 'object',
    description: 'What becomes of columns: exactly one of `mask`, `deny` and `allow` (these and no others).',
    additionalProperties: false,
    required: ['name', 'entity', 'columns'],
    properties: {
      ...common,
      for: { ...whom!, default: 'everyone' },
      effect: { ...effect!, default: 'restrictive', description: 'Restrictive ones lie over what others show.' },
      columns: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, maxItems: 1000 },
      mask: { anyOf: [{ $ref: '#/$defs/YamlMask' }, { enum: ['full', 'partial'] }] },
      deny: { const: true },
      allow: { const: true },
    },
  },
  PolicyVersionList: {
    type: 'object',
    required: ['data', 'count'],
    properties: {
      data: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'version', 'definition', 'changed_at', 'changed_by'],
          properties: {
            name: text,
            version: { type: 'integer' },
            definition: { type: ['object', 'null'], description: 'Null: it was deleted.' },
            changed_at: text,
            changed_by: text,
          },
        },
      },
      count: { type: 'integer', minimum: 0 },
    },
  },
  PolicyPreviewRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['subject'],
    properties: {
      policy: { $ref: '#/$defs/YamlPolicy' },
      remove: { type: 'string', minLength: 1, description: 'The name of one that is to be deleted.' },
      sql: { type: 'string', minLength: 1, maxLength: 100_000 },
      query: { $ref: '#/$defs/SemanticQuery' },
      connection: { type: 'string', minLength: 1, maxLength: 400 },
      subject: { ...subjectSchema, description: 'Through whose eyes.' },
    },
    allOf: [
      { oneOf: [{ required: ['policy'] }, { required: ['remove'] }] },
      { oneOf: [{ required: ['sql'] }, { required: ['query'] }] },
    ],
  },
  PolicyPreview: {
    type: 'object',
    required: ['valid', 'diagnostics', 'before', 'after', 'correlation_id'],
    properties: {
      valid: { type: 'boolean' },
      diagnostics: { type: 'array', items: { $ref: '#/$defs/Diagnostic' } },
      before: { $ref: '#/$defs/PolicyExplanation' },
      after: { anyOf: [{ $ref: '#/$defs/PolicyExplanation' }, { type: 'null' }] },
      warnings: names,
      correlation_id: text,
    },
  },
  PolicyList: listOf('Policy'),
  PolicyExplainRequest: {
    type: 'object',
    additionalProperties: false,
    properties: {
      sql: { type: 'string', minLength: 1, maxLength: 100_000 },
      query: { $ref: '#/$defs/SemanticQuery' },
      connection: { type: 'string', minLength: 1, maxLength: 400 },
      subject: { ...subjectSchema, description: 'Somebody else, in the caller’s workspace; for admins only.' },
    },
    oneOf: [{ required: ['sql'] }, { required: ['query'] }],
  },
  PolicyExplanation: {
    type: 'object',
    required: [
      'decision',
      'code',
      'message',
      'sql_before',
      'sql_after',
      'policies',
      'tables',
      'proof',
      'correlation_id',
    ],
    properties: {
      subject: { type: 'object' },
      decision: { type: 'string', enum: ['allow', 'refuse'] },
      code: { type: ['string', 'null'] },
      message: { type: ['string', 'null'] },
      sql_before: { type: ['string', 'null'] },
      sql_after: { type: ['string', 'null'] },
      policies: { type: 'array', items: { $ref: '#/$defs/Policy' } },
      tables: { type: 'array', items: { type: 'object' }, description: 'What each policy touched.' },
      proof: { type: ['object', 'null'], description: 'As it would be written into the audit trail.' },
      correlation_id: text,
    },
  },
});
