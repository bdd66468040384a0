/**
 * The old spellings that clients of predecessors call, as data: each stands for one route of today, with its access, its checks and
 * its audit. What they sent and read differently is translated here and nowhere else.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import '../connections/schemas.js';
import { checkValue } from './check-values.js';
import type { BodySpec, Call, Method, Reply, Route } from './route.js';
import { define } from './schemas.js';

const json = 'application/json';
type Json = Readonly<Record<string, unknown>>;

export interface Alias {
  readonly method: Method;
  readonly path: string;
  /** Unique; the OpenAPI operation id. */
  readonly operation: string;
  /** The operation that it stands for. */
  readonly of: string;
  /** What is sent, where it is not what the route takes. */
  readonly body?: BodySpec;
  /** The body that the route takes, from what is sent and what stands in the path. */
  readonly request?: (body: Json, params: Readonly<Record<string, string>>) => Json;
  /** What the path has besides. */
  readonly params?: Readonly<Record<string, string>>;
  /** Of these the route takes some as its query string. */
  readonly asQuery?: Readonly<Record<string, string>>;
  /** What is answered, where it is not what the route answers. */
  readonly answer?: { readonly schema: string; readonly of: (json: Json) => Json };
  /** Failures to connect are answered as `{success: false, error}`; all others are problem documents as everywhere. */
  readonly tellsFailure?: boolean;
}

/** Settings stood beside the name; some had other names. */
const renamed: Readonly<Record<string, string>> = { username: 'user', database_name: 'database', db: 'database' };
const types: Readonly<Record<string, string>> = { postgresql: 'postgres', mariadb: 'mysql', mssql: 'sqlserver' };

/** Names were free text. */
const nameFrom = (name: unknown): string =>
  String(name)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63) || 'source';

const newConnection = ({
  name,
  type,
  db_type: dbType,
  description,
  config,
  connection_string: url,
  ...flat
}: Json): Json => {
  const scheme = typeof url === 'string' ? url.split(':')[0] : '';
  const named = String(type ?? dbType ?? scheme).toLowerCase();
  const settings = Object.entries(flat).map(([key, value]) => [renamed[key] ?? key, value]);
  return {
    name: nameFrom(name ?? flat.database ?? flat.database_name ?? named),
    type: types[named] ?? named,
    ...(description !== undefined && { description }),
    config: { ...Object.fromEntries(settings), ...(url !== undefined && { url }), ...(config as Json | undefined) },
  };
};

const text = { type: 'string' };
define({
  OldConnection: {
    type: 'object',
    maxProperties: 100,
    description:
      'A name, a type (`type`, `db_type`), and the settings beside them: `host`, `port`, `database`, `username`, `password`, or `connection_string`.',
    properties: {
      name: text,
      type: text,
      db_type: text,
      description: text,
      connection_string: { ...text, writeOnly: true },
      password: { ...text, writeOnly: true },
      config: { type: 'object' },
    },
  },
  OldChat: {
    type: 'object',
    maxProperties: 20,
    description: 'What `ask` takes, with a `message` for the question and a `session_id` for the conversation.',
    properties: {
      message: text,
      question: text,
      session_id: { type: ['string', 'null'] },
      conversation_id: { type: ['string', 'null'] },
    },
  },
  OldTest: {
    type: 'object',
    required: ['success'],
    properties: { success: { type: 'boolean' }, message: text, error: text },
  },
  OldConnected: {
    type: 'object',
    required: ['success'],
    properties: { success: { type: 'boolean' }, id: text, source: { $ref: '#/$defs/Connection' }, error: text },
  },
  OldSchema: {
    type: 'object',
    required: ['success'],
    properties: {
      success: { type: 'boolean' },
      schema: { $ref: '#/$defs/ConnectionSchema' },
      warning: text,
      error: text,
    },
  },
});

const oldBody: BodySpec = {
  required: true,
  content: {
    [json]: {
      schema: { $ref: '#/$defs/OldConnection' },
      example: {
        name: 'shop',
        type: 'postgresql',
        host: 'db.example.com',
        database: 'shop',
        username: 'reader',
        password: '…',
      },
    },
  },
};

export const aliases: readonly Alias[] = [
  {
    method: 'post',
    path: '/api/v1/data/database/test',
    operation: 'testDatabase',
    of: 'testConnectionSettings',
    body: oldBody,
    request: newConnection,
    answer: {
      schema: 'OldTest',
      of: ({ success, message }) =>
        success === true ? { success, message: 'The connection works.' } : { success, error: message },
    },
  },
  {
    method: 'post',
    path: '/api/v1/data/database/connect',
    operation: 'connectDatabase',
    of: 'createConnection',
    body: oldBody,
    request: newConnection,
    answer: { schema: 'OldConnected', of: (source) => ({ success: true, id: source.id, source }) },
  },
  { method: 'get', path: '/api/v1/data/sources', operation: 'listSources', of: 'listConnections' },
  { method: 'get', path: '/api/v1/data/sources/{id}', operation: 'getSource', of: 'getConnection' },
  { method: 'patch', path: '/api/v1/data/sources/{id}', operation: 'changeSource', of: 'changeConnection' },
  { method: 'delete', path: '/api/v1/data/sources/{id}', operation: 'deleteSource', of: 'deleteConnection' },
  {
    method: 'get',
    path: '/api/v1/data/sources/{id}/schema',
    operation: 'getSourceSchema',
    of: 'getConnectionSchema',
    answer: {
      schema: 'OldSchema',
      of: ({ warning, ...schema }) => ({ success: true, schema, ...(warning !== undefined && { warning }) }),
    },
    tellsFailure: true,
  },
  ...(
    [
      ['get', '', 'listDataControlPolicies', 'listRowPolicies'],
      ['post', '', 'createDataControlPolicy', 'createRowPolicy'],
      ['get', '/{name}', 'getDataControlPolicy', 'getRowPolicy'],
      ['put', '/{name}', 'replaceDataControlPolicy', 'replaceRowPolicy'],
      ['delete', '/{name}', 'deleteDataControlPolicy', 'deleteRowPolicy'],
    ] as const
  ).map(([method, rest, operation, of]) => ({
    ...{ method, path: `/api/v1/data-control/policies${rest}`, operation, of },
  })),
];

/** A question was a `message`, and its conversation a `session`. */
const chatQuestion = (sent: Json, { connection_id: connection }: Readonly<Record<string, string>>): Json => {
  const { message, question = message, session_id: session, conversation_id: id = session, ...rest } = sent;
  return { ...rest, connection, question, ...(id !== undefined && id !== null && { conversation_id: id }) };
};
const ofConnection = { connection_id: 'The name of the connection that is asked.' };
const chat = '/api/v1/chat/{connection_id}';

const chatAliases: readonly Alias[] = [
  {
    method: 'post',
    path: chat,
    operation: 'chat',
    of: 'askQuestion',
    body: {
      required: true,
      content: { [json]: { schema: { $ref: '#/$defs/OldChat' }, example: { message: 'Revenue by country?' } } },
    },
    request: chatQuestion,
    params: ofConnection,
  },
  {
    method: 'get',
    path: `${chat}/sessions`,
    operation: 'listChatSessions',
    of: 'listConversations',
    params: ofConnection,
    asQuery: { connection_id: 'connection' },
  },
  {
    method: 'post',
    path: `${chat}/sessions`,
    operation: 'createChatSession',
    of: 'createConversation',
    request: (sent, { connection_id: connection }) => ({ ...sent, connection }),
    params: ofConnection,
  },
  {
    method: 'get',
    path: `${chat}/sessions/{id}`,
    operation: 'getChatSession',
    of: 'getConversation',
    params: ofConnection,
  },
  {
    method: 'patch',
    path: `${chat}/sessions/{id}`,
    operation: 'changeChatSession',
    of: 'changeConversation',
    params: ofConnection,
  },
  {
    method: 'delete',
    path: `${chat}/sessions/{id}`,
    operation: 'deleteChatSession',
    of: 'deleteConversation',
    params: ofConnection,
  },
];

/** Without `admin/`, as it was called before; and what is deleted, in the path. */
const training = '/api/v1/training-data';
export const trainingAliases: readonly Alias[] = [
  { method: 'get', path: training, operation: 'listTrainingPairs', of: 'listTrainingData' },
  { method: 'post', path: training, operation: 'createTrainingPair', of: 'addTrainingPair' },
  { method: 'post', path: `${training}/approve`, operation: 'approveTraining', of: 'approveTrainingPair' },
  { method: 'post', path: `${training}/reject`, operation: 'rejectTraining', of: 'rejectTrainingPair' },
  { method: 'delete', path: training, operation: 'deleteTrainingPairs', of: 'deleteTrainingData' },
  ...[
    [training, 'deleteTrainingPair'],
    ['/api/v1/admin/training-data', 'deleteTrainingEntry'],
  ].map(
    ([path, operation]): Alias => ({
      ...{ method: 'delete', path: `${path}/{id}`, operation: operation!, of: 'deleteTrainingData' },
      params: { id: 'Of the entry, or the name of the verified query.' },
      asQuery: { id: 'id' },
    }),
  ),
];

const failuresTold = (error: unknown): Reply => {
  if (!(error instanceof DataMindError) || error.status < 500 || error.code === 'INTERNAL') throw error;
  return { json: { success: false, error: error.message }, headers: { 'Cache-Control': 'no-store' } };
};

const asItIs = (call: Call): Call => call;
/** What is translated is checked as if it had been sent to the route itself. */
const translating =
  (request: NonNullable<Alias['request']>, { body }: Route) =>
  (call: Call): Call => {
    const translated = request((call.body ?? {}) as Json, call.params);
    checkValue(body!.content[json]!.schema, translated, body!.invalid ?? 'BAD_REQUEST', 'The body');
    return { ...call, body: translated };
  };

const routeOf = (alias: Alias, target: Route): Route => {
  const { method, path, operation, body, request, answer, params, asQuery = {}, tellsFailure = false } = alias;
  const translateBody = request === undefined ? asItIs : translating(request, target);
  const translate = (call: Call): Call => {
    const query = Object.entries(asQuery).map(([param, name]) => [name, call.params[param]]);
    return translateBody(
      query.length === 0 ? call : { ...call, query: { ...call.query, ...Object.fromEntries(query) } },
    );
  };
  const { shortcut: _, ...rest } = target;
  const [status = '200'] = Object.keys(target.responses);
  return {
    ...rest,
    method,
    path,
    operation,
    summary: target.summary,
    description: `An old spelling of \`${target.method.toUpperCase()} ${target.path}\`.`,
    ...(body !== undefined && { body }),
    ...(params !== undefined && { params: { ...target.params, ...params } }),
    responses:
      answer === undefined
        ? target.responses
        : {
            [status]: {
              description: 'As old clients read it.',
              content: { [json]: { $ref: `#/$defs/${answer.schema}` } },
            },
          },
    handle: async (call) => {
      let reply: Reply;
      try {
        reply = await target.handle(translate(call));
      } catch (error) {
        if (tellsFailure) return failuresTold(error);
        throw error;
      }
      if (answer === undefined || !('json' in reply)) return reply;
      return { ...reply, json: answer.of(reply.json as Json) };
    },
  };
};

/** A route for each alias whose own route is here. What a request sends is checked by what that route checks, too. */
export const createAliasRoutes = (routes: readonly Route[]): readonly Route[] =>
  [...aliases, ...chatAliases, ...trainingAliases].flatMap((alias) => {
    const target = routes.find(({ operation }) => operation === alias.of);
    return target === undefined ? [] : [routeOf(alias, target)];
  });
