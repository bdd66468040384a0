import { DataMindError } from '../../core/errors/datamind-error.js';
import { listPage, listParameters } from '../api/list.js';
import { audited } from '../audit/audited-handler.js';
import type { AuditTrail } from '../audit/trail.js';
import type { Call, Reply, Route } from '../api/route.js';
import type { Subject } from '../../core/subject/subject.js';
import type { ListedFor } from '../catalogue/listed-for.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { csvColumns, importCsv } from './import-csv.js';
import { warningHeaders } from '../models/standing-warnings.js';
import './schemas.js';
import { createMetricService, type MetricEditor, metricItems, type MetricService } from './service.js';
import { metricTemplates } from './templates.js';

const detail = { 'application/json': { $ref: '#/$defs/MetricDetail' } };
const named = { name: 'Its name; a measure also as `entity.measure`.' };
const writeErrors = ['MODEL_INVALID', 'MODEL_UNAVAILABLE', 'READ_ONLY', 'STORAGE_FULL', 'AUDIT_UNAVAILABLE'] as const;
const ifMatch = { 'If-Match': 'The ETag with which you read the metric.' };
const example = { ratio: ['revenue', 'order_count'], description: 'Revenue an order.' };

const inBody = ({ body }: Call) => ({ target: (body as { readonly name: string }).name });
const byName = ({ params }: Call) => ({ target: params.name! });

const readFormats = ['csv'];

const imported = ({ body, mediaType }: Call): string => {
  if (mediaType === 'text/csv') return body as string;
  const { format, text } = body as { readonly format: string; readonly text: string };
  if (readFormats.includes(format)) return text;
  throw new DataMindError('FORMAT_UNSUPPORTED', `Metrics in the format "${format}" are not read; csv is.`, {
    suggestions: readFormats,
    at: '/format',
  });
};

export const createMetricRoutes = (
  models: WorkspaceModels,
  editor: MetricEditor,
  listedFor: ListedFor,
  trail: AuditTrail,
): readonly Route[] => {
  const serviceFor = async ({ workspace, user }: Subject): Promise<MetricService> =>
    createMetricService(await models.of(workspace), editor, user);
  const importMetrics = async (call: Call): Promise<Reply> => {
    const metrics = importCsv(imported(call));
    const write = call.query.dry_run !== true;
    await (await serviceFor(call.subject)).importAll(metrics, write);
    return { json: { imported: metrics, written: write } };
  };
  const importAudited = audited(trail, 'metric.import', () => ({ target: null }), importMetrics);
  const show = async (name: string, subject: Subject) => {
    const service = await serviceFor(subject);
    const { model, source } = await listedFor(subject);
    return { json: await service.one(name, model), etag: service.etag(), headers: warningHeaders(source) };
  };
  return [
    {
      method: 'get',
      path: '/api/v1/metrics',
      operation: 'listMetrics',
      access: { role: 'viewer', scope: 'model:read' },
      tag: 'Metrics',
      summary: 'List metrics and measures',
      query: {
        ...listParameters,
        kind: {
          type: 'string',
          enum: ['simple', 'ratio', 'formula', 'cumulative', 'change', 'conversion', 'measure'],
          description: 'Only those of one kind.',
        },
      },
      responses: {
        200: { description: 'A page of the list.', content: { 'application/json': { $ref: '#/$defs/MetricList' } } },
      },
      errors: ['MODEL_UNAVAILABLE'],
      handle: async ({ query, subject }) => {
        const { model, source, etag } = await listedFor(subject);
        const all = metricItems(model);
        const found = query.kind === undefined ? all : all.filter(({ kind }) => kind === query.kind);
        return { json: listPage(found, query), etag, headers: warningHeaders(source) };
      },
    },
    {
      method: 'post',
      path: '/api/v1/metrics',
      operation: 'createMetric',
      access: { role: 'admin', scope: 'model:write' },
      tag: 'Metrics',
      summary: 'Add a metric',
      description:
        'Written to `metrics.yaml` with the keys of the YAML, after the whole model has been compiled with it.',
      body: {
        required: true,
        content: {
          'application/json': { schema: { $ref: '#/$defs/NewMetric' }, example: { name: 'my_metric', ...example } },
        },
      },
      responses: { 201: { description: 'The metric.', content: detail } },
      errors: [...writeErrors, 'CONFLICT'],
      handle: audited(trail, 'metric.create', inBody, async ({ body, subject }) => {
        const { name, ...definition } = body as { readonly name: string };
        await (await serviceFor(subject)).create(name, definition);
        const shown = await show(name, subject);
        return { ...shown, status: 201, headers: { ...shown.headers, Location: `/api/v1/metrics/${name}` } };
      }),
    },
    {
      method: 'get',
      path: '/api/v1/metrics/templates',
      operation: 'listMetricTemplates',
      access: { role: 'viewer', scope: 'model:read' },
      tag: 'Metrics',
      summary: 'List ready-made metrics to fill in',
      query: listParameters,
      responses: {
        200: {
          description: 'A page of the list.',
          content: { 'application/json': { $ref: '#/$defs/MetricTemplateList' } },
        },
      },
      handle: ({ query }) => ({ json: listPage(metricTemplates, query) }),
    },
    {
      method: 'post',
      path: '/api/v1/metrics/import',
      operation: 'importMetrics',
      access: { role: 'admin', scope: 'model:write' },
      tag: 'Metrics',
      summary: 'Import metrics from another format',
      description: `Reads CSV with the columns ${csvColumns.join(', ')}; lists are separated by semicolons, a ratio is written \`a / b\`. All or nothing.`,
      query: {
        dry_run: { type: 'boolean', default: false, description: 'Only check; write nothing.' },
      },
      body: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: '#/$defs/MetricImport' },
            example: {
              format: 'csv',
              text: 'name,ratio,description\nrevenue_an_order,revenue / order_count,Revenue an order\n',
            },
          },
          'text/csv': { schema: { type: 'string' } },
        },
      },
      responses: {
        200: {
          description: 'What was imported.',
          content: { 'application/json': { $ref: '#/$defs/MetricImportResult' } },
        },
      },
      errors: [...writeErrors, 'CONFLICT', 'FORMAT_UNSUPPORTED'],
      // What is only tried changes nothing.
      handle: (call) => (call.query.dry_run === true ? importMetrics(call) : importAudited(call)),
    },
    {
      method: 'get',
      path: '/api/v1/metrics/{name}',
      operation: 'getMetric',
      access: { role: 'viewer', scope: 'model:read' },
      tag: 'Metrics',
      summary: 'Show one metric',
      params: named,
      responses: { 200: { description: 'The metric.', content: detail } },
      errors: ['NOT_FOUND', 'MODEL_UNAVAILABLE'],
      handle: ({ params, subject }) => show(params.name!, subject),
    },
    {
      method: 'put',
      path: '/api/v1/metrics/{name}',
      operation: 'replaceMetric',
      access: { role: 'admin', scope: 'model:write' },
      tag: 'Metrics',
      summary: 'Replace the definition of a metric',
      description: 'Changed where it is authored; comments around it stay.',
      params: named,
      headers: ifMatch,
      body: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/$defs/MetricDefinition' }, example } },
      },
      responses: { 200: { description: 'The metric.', content: detail } },
      errors: [...writeErrors, 'NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
      handle: audited(trail, 'metric.change', byName, async ({ subject, params, body, headers }) => {
        const service = await serviceFor(subject);
        await service.replace(params.name!, body as Readonly<Record<string, unknown>>, headers);
        return show(params.name!, subject);
      }),
    },
    {
      method: 'delete',
      path: '/api/v1/metrics/{name}',
      operation: 'deleteMetric',
      access: { role: 'admin', scope: 'model:write' },
      tag: 'Metrics',
      summary: 'Remove a metric',
      description: 'Refused when others are made of it.',
      params: named,
      headers: ifMatch,
      responses: { 204: { description: 'It is gone.' } },
      errors: [...writeErrors, 'NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
      handle: audited(trail, 'metric.delete', byName, async ({ params, headers, subject }) => {
        await (await serviceFor(subject)).remove(params.name!, headers);
        return { status: 204 };
      }),
    },
  ];
};
