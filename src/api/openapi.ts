import { STATUS_CODES } from 'node:http';
import { type ErrorCode, errorCatalogue } from '../../core/errors/catalogue.js';
import { describeAccess } from '../identity/access.js';
import type { BodySpec, Route, Schema } from './route.js';
import { definedSchemas } from './schemas.js';

type Document = Readonly<Record<string, unknown>>;

/** Named schemas live under `components/schemas` in the document. */
const relocated = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as T;

const content = (schemas: Readonly<Record<string, Schema>>): Document =>
  Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]));

const everyRouteFails: readonly ErrorCode[] = ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL'];
const everyGuardedFails: readonly ErrorCode[] = ['UNAUTHENTICATED', 'STORE_UNAVAILABLE'];
const everyBodyFails: readonly ErrorCode[] = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

const problems = (codes: readonly ErrorCode[]): Document => {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      String(status),
      {
        description: list.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
        content: content({ 'application/problem+json': { $ref: '#/$defs/Problem' } }),
      },
    ]),
  );
};

const bodyOf = ({ content: types, required, description }: BodySpec): Document => ({
  required,
  ...(description !== undefined && { description }),
  content: Object.fromEntries(
    Object.entries(types).map(([type, { schema, example }]) => [
      type,
      { schema, ...(example !== undefined && { example }) },
    ]),
  ),
});

const placeHeaders = {
  'X-Workspace-Id': 'The workspace; the default one, or the first that you are a member of, when absent.',
  'X-Project-Id': 'A project of the workspace that you are a member of: nothing but its part of the model exists then.',
};

const parametersOf = ({ params = {}, query = {}, headers = {}, access }: Route): readonly Document[] => [
  ...Object.entries(params).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  })),
  ...Object.entries(query).map(([name, { description, ...schema }]) => ({ name, in: 'query', description, schema })),
  ...Object.entries({ ...headers, ...(typeof access !== 'string' && placeHeaders) }).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  })),
];

const operationOf = (route: Route): Document => {
  const guarded = route.access !== 'public' && route.access !== 'optional';
  const codes = [
    ...everyRouteFails,
    ...(guarded ? everyGuardedFails : []),
    ...(route.body === undefined ? [] : everyBodyFails),
    ...(route.errors ?? []),
  ];
  const parameters = parametersOf(route);
  const responses = Object.entries(route.responses).map(([status, { description, content: types }]) => [
    status,
    { description, ...(types !== undefined && { content: content(types) }) },
  ]);
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, describeAccess(route.access)].filter(Boolean).join(' '),
    security: route.access === 'public' ? [] : guarded ? [{ bearer: [] }] : [{}, { bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && { requestBody: bodyOf(route.body) }),
    responses: { ...problems(codes), ...Object.fromEntries(responses) },
  };
};

/** The OpenAPI 3.1 document of these routes, from the schemas that check the requests. */
export const createOpenApi = (routes: readonly Route[], version: string): Document => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = operationOf(route);
  }
  return relocated({
    openapi: '3.1.0',
    info: {
      title: 'DataMind',
      version,
      summary: 'A governed semantic layer over REST.',
      description:
        'Lists answer `{"data": […], "count": N}` and take `limit`, `offset`, `sort` and `q`. Errors are problem documents (RFC 9457) with a `code`. What is of a workspace is there as `/api/v1/…`, with the workspace of `X-Workspace-Id`, and as `/api/v1/workspaces/{workspace}/…`. Every response carries `X-Correlation-Id`; send your own to have it repeated. While the ontology folder has errors, answers are from the last model without any: queries say so under `warnings`, lists in the header `X-DataMind-Warning`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: definedSchemas(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token of `auth/login`. A server that serves only its own machine needs none.',
        },
      },
    },
    'x-error-codes': Object.entries(errorCatalogue).map(([code, { status, title }]) => ({
      code,
      status,
      reason: STATUS_CODES[status] ?? '',
      title,
    })),
  });
};
