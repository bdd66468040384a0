import { DataMindError } from '../../core/errors/datamind-error.js';
import { listPage, listParameters } from '../api/list.js';
import type { Call, Reply, Route } from '../api/route.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { warningHeaders } from '../models/standing-warnings.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import '../query/schemas.js';
import './schemas.js';
import { type ExplainRequest, policiesFor, policyItem, prepareAny, subjectOf } from './service.js';

export interface PolicyServices {
  readonly models: WorkspaceModels;
  readonly executor: GovernedExecutor;
  readonly maxRows: number;
}

const noStore = { 'Cache-Control': 'no-store' };

export const createPolicyRoutes = ({ models, executor, maxRows }: PolicyServices): readonly Route[] => {
  const explain = async (call: Call): Promise<Reply> => {
    const { correlationId, address: origin, signal } = call;
    const asked = call.body as ExplainRequest;
    const subject = subjectOf(call.subject, asked.subject);
    const model = (await models.of(call.subject.workspace)).model();
    const { user, roles, groups } = subject;
    const common = { subject: { user, roles, groups }, correlation_id: correlationId };
    try {
      const context = { executor, model, subject, caller: call.subject, limit: maxRows, correlationId, origin, signal };
      const prepared = await prepareAny(asked, context);
      const { original, sql, policies, proof } = prepared;
      const touched = policies.flatMap((name) => model.policies[name] ?? []).map(policyItem);
      return {
        json: {
          ...common,
          decision: 'allow',
          code: null,
          message: null,
          sql_before: original,
          sql_after: sql,
          policies: touched,
          tables: proof.tables,
          proof,
        },
        headers: noStore,
      };
    } catch (error) {
      // What the query itself has wrong is the caller's to mend, as everywhere.
      if (!(error instanceof DataMindError) || error.code === 'QUERY_INVALID') throw error;
      const { code, message } = error;
      const nothing = { sql_before: asked.sql ?? null, sql_after: null, policies: [], tables: [], proof: null };
      return { json: { ...common, decision: 'refuse', code, message, ...nothing }, headers: noStore };
    }
  };

  return [
    {
      method: 'get',
      path: '/api/v1/policies',
      operation: 'listPolicies',
      access: { role: 'viewer', scope: 'policy:read' },
      tag: 'Policies',
      summary: 'List policies',
      description: 'Admins see all, others those that are about them.',
      query: listParameters,
      responses: {
        200: { description: 'A page of the list.', content: { 'application/json': { $ref: '#/$defs/PolicyList' } } },
      },
      errors: ['MODEL_UNAVAILABLE'],
      handle: async ({ query, subject }) => {
        const source = await models.of(subject.workspace);
        return {
          json: listPage(policiesFor(source.model(), subject), query),
          headers: { ...noStore, ...warningHeaders(source) },
        };
      },
    },
    {
      method: 'get',
      path: '/api/v1/policies/{name}',
      operation: 'getPolicy',
      access: { role: 'viewer', scope: 'policy:read' },
      tag: 'Policies',
      summary: 'Show one policy',
      params: { name: 'Its name.' },
      responses: {
        200: { description: 'The policy.', content: { 'application/json': { $ref: '#/$defs/Policy' } } },
      },
      errors: ['NOT_FOUND', 'MODEL_UNAVAILABLE'],
      handle: async ({ params, subject }) => {
        const source = await models.of(subject.workspace);
        const found = policiesFor(source.model(), subject).find(({ name }) => name === params.name);
        if (found === undefined) throw new DataMindError('NOT_FOUND', `There is no policy "${params.name}".`);
        return { json: found, headers: { ...noStore, ...warningHeaders(source) } };
      },
    },
    {
      method: 'post',
      path: '/api/v1/policies/explain',
      operation: 'explainPolicies',
      access: { role: 'analyst', scope: 'policy:read' },
      tag: 'Policies',
      summary: 'Say which policies touch what',
      description:
        'For SQL or a semantic query, and the caller or, for admins, somebody else: what would run, before and after. Runs nothing.',
      body: {
        content: {
          'application/json': {
            schema: { $ref: '#/$defs/PolicyExplainRequest' },
            example: {
              sql: 'select name, email from customers limit 3',
              subject: { user: 'ana', roles: ['analyst'], attributes: { countries: ['France'] } },
            },
          },
        },
        required: true,
      },
      responses: {
        200: {
          description: 'What would run, or why nothing would.',
          content: { 'application/json': { $ref: '#/$defs/PolicyExplanation' } },
        },
      },
      errors: ['QUERY_INVALID', 'MODEL_UNAVAILABLE'],
      handle: explain,
    },
  ];
};
