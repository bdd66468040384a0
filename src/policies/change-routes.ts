import { checkValue } from '../api/check-values.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { BodySpec, Call, Reply, Route } from '../api/route.js';
import { circumstancesOf } from '../identity/routes.js';
import { changePolicy, createPolicy, keptPolicies, type PolicyKeeping } from './change-policies.js';
import { type ColumnPolicy, columnPolicyBody, type RowPolicy, rowPolicyBody } from './narrow-policies.js';
import { policyReply } from './routes.js';
import './schemas.js';
import { closingWarnings, policiesFor } from './service.js';
import type { PolicyBody } from './store.js';

const tag = 'Policies';
const root = '/api/v1/policies';
const access = { role: 'admin', scope: 'policy:write' } as const;
const params = { name: 'Its name.' };
const ifMatch = { 'If-Match': 'The ETag of the policy as you read it.' };
const writeErrors = ['MODEL_INVALID', 'CONFLICT', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const changeErrors = [...writeErrors, 'NOT_FOUND', 'READ_ONLY', 'PRECONDITION_FAILED'] as const;
const wholePolicy = { $ref: '#/$defs/YamlPolicy' };

const answer = (description: string) => ({
  description,
  content: { 'application/json': { $ref: '#/$defs/Policy' } },
});

interface Kind {
  readonly path: string;
  /** `Policy`, `RowPolicy` */
  readonly operation: string;
  readonly what: string;
  /** Of a new one, and of one that is replaced. */
  readonly schemas: readonly [create: string, replace: string];
  readonly example: object;
  readonly bodyOf: (body: object) => PolicyBody;
}

const kinds: readonly Kind[] = [
  {
    path: `${root}/rows`,
    operation: 'RowPolicy',
    what: 'policy on rows',
    schemas: ['RowPolicy', 'RowPolicy'],
    example: {
      name: 'own_country',
      entity: 'customers',
      for: { roles: ['analyst'] },
      rows: 'country in subject.countries',
    },
    bodyOf: (body) => rowPolicyBody(body as RowPolicy),
  },
  {
    path: `${root}/columns`,
    operation: 'ColumnPolicy',
    what: 'policy on columns',
    schemas: ['ColumnPolicy', 'ColumnPolicy'],
    example: { name: 'no_emails', entity: 'customers', columns: ['email'], mask: 'email', for: { roles: ['analyst'] } },
    bodyOf: (body) => columnPolicyBody(body as ColumnPolicy),
  },
  {
    path: root,
    operation: 'Policy',
    what: 'policy',
    schemas: ['YamlPolicy', 'PolicyDefinition'],
    example: {
      name: 'own_country',
      for: { roles: ['analyst'] },
      on: 'customers',
      rows: 'country in subject.countries',
    },
    bodyOf: (body) => body as PolicyBody,
  },
];

/** The address names the policy. */
const named = (body: PolicyBody, name: string): PolicyBody => {
  if (body.name !== undefined && body.name !== name) {
    throw new DataMindError('BAD_REQUEST', `The address names "${name}", and the body "${body.name}".`, {
      at: '/name',
    });
  }
  return { ...body, name };
};

const jsonBody = (schema: string, example: object): BodySpec => ({
  required: true,
  content: { 'application/json': { schema: { $ref: `#/$defs/${schema}` }, example } },
});

export const createPolicyChangeRoutes = (keeping: PolicyKeeping): readonly Route[] => {
  /** The policy as it is in force now. */
  const shown = async ({ subject }: Call, name: string) => {
    const source = await keeping.models.of(subject.workspace);
    const items = policiesFor(source, await keptPolicies(keeping.store, subject.workspace), subject);
    const item = items.find((one) => one.name === name)!;
    const reply = policyReply(item, source);
    return { ...reply, json: { ...item, warnings: closingWarnings(source.state().model, item.on) } };
  };
  const whoOf = (call: Call) => ({ caller: call.caller, circumstances: circumstancesOf(call) });
  const change = async (call: Call, edit: (body: PolicyBody) => PolicyBody): Promise<Reply> => {
    const { headers } = call;
    const name = call.params.name!;
    await changePolicy(keeping, { ...whoOf(call), action: 'policy.change' }, { name, headers }, edit);
    return shown(call, name);
  };

  return [
    ...kinds.flatMap(({ path, operation, what, schemas: [create, replace], example, bodyOf }): readonly Route[] => [
      {
        method: 'post',
        path,
        operation: `create${operation}`,
        access,
        tag,
        summary: `Make a ${what}`,
        description:
          'The whole model is compiled with it first. In force on every node for the next statement. Names are unique, also among the policies of files.',
        body: jsonBody(create, example),
        responses: { 201: answer('The policy.') },
        errors: writeErrors,
        handle: async (call) => {
          const body = bodyOf(call.body as object);
          await createPolicy(keeping, whoOf(call), body);
          const reply = await shown(call, body.name);
          return { ...reply, status: 201, headers: { ...reply.headers, Location: `${root}/${body.name}` } };
        },
      },
      {
        method: 'put',
        path: `${path}/{name}`,
        operation: `replace${operation}`,
        access,
        tag,
        summary: `Replace a ${what}`,
        description: 'One that was made by API; those of files are changed in their files.',
        params,
        headers: ifMatch,
        body: jsonBody(replace, example),
        responses: { 200: answer('The policy.') },
        errors: changeErrors,
        handle: (call) => {
          const body = named(bodyOf(call.body as object), call.params.name!);
          return change(call, () => body);
        },
      },
      {
        method: 'delete',
        path: `${path}/{name}`,
        operation: `delete${operation}`,
        access,
        tag,
        summary: `Delete a ${what}`,
        description:
          'One that was made by API. What it closed or cut is open from the next statement on, as far as other policies go.',
        params,
        headers: ifMatch,
        responses: { 204: { description: 'It is gone.' } },
        errors: changeErrors,
        handle: async (call) => {
          const which = { name: call.params.name!, headers: call.headers };
          await changePolicy(keeping, { ...whoOf(call), action: 'policy.delete' }, which, () => null);
          return { status: 204 };
        },
      },
    ]),
    {
      method: 'patch',
      path: `${root}/{name}`,
      operation: 'changePolicy',
      access,
      tag,
      summary: 'Change parts of a policy',
      description: 'One that was made by API. Each key that is sent replaces that of the policy; null takes it away.',
      params,
      headers: ifMatch,
      body: jsonBody('PolicyPatch', { for: { groups: ['sales'] } }),
      responses: { 200: answer('The policy.') },
      errors: changeErrors,
      handle: (call) =>
        change(call, (before) => {
          const merged = Object.entries({ ...before, ...(call.body as object) }).filter(([, value]) => value !== null);
          const body = Object.fromEntries(merged) as unknown as PolicyBody;
          checkValue(wholePolicy, body, 'BAD_REQUEST', 'The policy with these changes');
          return body;
        }),
    },
  ];
};
