import type { Schema } from '../api/route.js';
import { define } from '../api/schemas.js';

const component: Schema = {
  type: 'object',
  required: ['status', 'latency_ms'],
  properties: {
    status: { type: 'string', enum: ['up', 'degraded', 'down', 'not_configured'] },
    latency_ms: { type: ['number', 'null'] },
    detail: { type: 'string' },
  },
};

define({
  Health: {
    type: 'object',
    required: [
      'status',
      'version',
      'operational_mode',
      'health_score',
      'components',
      'model',
      'uptime_seconds',
      'timestamp',
    ],
    properties: {
      status: { type: 'string', enum: ['healthy', 'degraded', 'unhealthy'] },
      version: { type: 'string' },
      operational_mode: {
        type: 'string',
        enum: ['FULL_OPERATIONAL', 'LIMITED_AI', 'READ_ONLY', 'EMERGENCY', 'CONFIGURATION'],
      },
      health_score: {
        type: 'integer',
        minimum: 0,
        maximum: 100,
        description: 'Percent of what is configured; 59 at most while nothing can be written.',
      },
      components: {
        type: 'object',
        required: ['database', 'llm', 'cache', 'vector_db', 'dbt', 'store', 'audit'],
        properties: {
          database: component,
          llm: component,
          cache: component,
          vector_db: component,
          dbt: component,
          store: component,
          audit: component,
        },
      },
      model: {
        type: 'object',
        required: ['status', 'hash', 'errors'],
        properties: {
          status: { type: 'string', enum: ['current', 'stale', 'missing'] },
          hash: { type: ['string', 'null'] },
          compiled_at: { type: 'string', format: 'date-time' },
          errors: { type: 'integer' },
          diagnostics: { type: 'array', items: { $ref: '#/$defs/Diagnostic' } },
        },
      },
      uptime_seconds: { type: 'integer' },
      timestamp: { type: 'string', format: 'date-time' },
    },
  },
  SystemStats: {
    type: 'object',
    required: [
      'version',
      'uptime_seconds',
      'memory',
      'cache',
      'redis',
      'connections',
      'jobs',
      'workspace',
      'timestamp',
    ],
    properties: {
      version: { type: 'string' },
      uptime_seconds: { type: 'integer' },
      memory: {
        type: 'object',
        properties: { rss_bytes: { type: 'integer' }, heap_used_bytes: { type: 'integer' } },
      },
      cache: { type: 'object' },
      redis: {
        type: ['object', 'null'],
        properties: { state: { type: 'string', enum: ['closed', 'open', 'half_open'] } },
      },
      connections: { type: 'integer', description: 'Those of the configuration.' },
      jobs: { type: 'object', description: 'By state, and whether some process leads.' },
      sessions: { type: 'integer', description: 'Of all workspaces; for the operator.' },
      workspace: { type: 'object' },
      timestamp: { type: 'string', format: 'date-time' },
    },
  },
  Liveness: { type: 'object', required: ['status'], properties: { status: { type: 'string' } } },
});
