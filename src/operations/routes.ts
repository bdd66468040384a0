import type { Route } from '../api/route.js';
import './schemas.js';
import type { BreakerState } from '../cluster/circuit-breaker.js';
import type { ResultCache } from '../pipeline/result-cache.js';
import type { Instruments } from './instruments.js';
import { createHealthService, type HealthServices, withoutDetails } from './service.js';

const liveness = { 'application/json': { $ref: '#/$defs/Liveness' } };
const uncached = { 'Cache-Control': 'no-store' };

export interface OperationsServices extends HealthServices {
  readonly instruments: Instruments;
}

const metricsRoute = (
  instruments: Instruments,
  { cache, breakers }: { readonly cache: ResultCache; readonly breakers: () => Readonly<Record<string, BreakerState>> },
  score: () => Promise<number>,
): Route => ({
  method: 'get',
  path: '/metrics',
  operation: 'getMetrics',
  access: { role: 'admin', scope: 'system:read' },
  tag: 'Operations',
  summary: 'Counts and times, for Prometheus',
  description: 'Give Prometheus a service token of an admin with the scope `system:read`.',
  responses: { 200: { description: 'The metrics.', content: { 'text/plain': { type: 'string' } } } },
  handle: async () => ({
    bytes: [await instruments.text({ score, cache: () => cache.status(), breakers })],
    mediaType: instruments.mediaType,
    headers: uncached,
  }),
});

export const createOperationsRoutes = ({ instruments, ...services }: OperationsServices): readonly Route[] => {
  const health = createHealthService(services);
  const { executor, redis, llm } = services;
  const breakers = (): Readonly<Record<string, BreakerState>> => ({
    ...Object.fromEntries(executor.connections().map(({ name }) => [name, executor.breaker(name)])),
    ...Object.fromEntries((llm?.() ?? []).map(({ name, breaker }) => [`llm:${name}`, breaker])),
    ...(redis !== undefined && { redis: redis.state() }),
  });
  const score = async (): Promise<number> => (await health()).health_score;
  return [
    metricsRoute(instruments, { cache: services.cache, breakers }, score),
    {
      method: 'get',
      path: '/health',
      operation: 'getHealth',
      access: 'optional',
      tag: 'Operations',
      summary: 'How the server and what it stands on are doing',
      description:
        'Always 200 while the server runs; `/health/ready` speaks through its status. Names, diagnostics and hashes are for callers with a token.',
      responses: { 200: { description: 'The state.', content: { 'application/json': { $ref: '#/$defs/Health' } } } },
      handle: async ({ identified }) => {
        const state = await health();
        return { json: identified ? state : withoutDetails(state), headers: uncached };
      },
    },
    {
      method: 'get',
      path: '/health/live',
      operation: 'getLiveness',
      access: 'public',
      tag: 'Operations',
      summary: 'Whether the process answers',
      responses: { 200: { description: 'It does.', content: liveness } },
      handle: () => ({ json: { status: 'up' }, headers: uncached }),
    },
    {
      method: 'get',
      path: '/health/ready',
      operation: 'getReadiness',
      access: 'public',
      tag: 'Operations',
      summary: 'Whether queries can be answered',
      responses: {
        200: { description: 'They can.', content: liveness },
        503: { description: 'They cannot.', content: liveness },
      },
      handle: async () => {
        const ready = (await health()).status !== 'unhealthy';
        return { status: ready ? 200 : 503, json: { status: ready ? 'up' : 'down' }, headers: uncached };
      },
    },
  ];
};
