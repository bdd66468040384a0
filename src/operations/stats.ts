/** Figures of the server and of a workspace, for admins. */
import { MoreThan } from 'typeorm';
import type { Route } from '../api/route.js';
import type { Redis } from '../cluster/open-redis.js';
import type { ListedFor } from '../catalogue/listed-for.js';
import { memberships, sessions } from '../identity/store.js';
import { workspaceOf } from '../identity/caller.js';
import { answers, noStore } from '../identity/routes.js';
import { jobs, type JobState, leases } from '../jobs/store.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { ResultCache } from '../pipeline/result-cache.js';
import { savedQueries } from '../saved-queries/store.js';
import type { Store } from '../store/store.js';
import { usageEvents } from '../usage/store.js';

export interface StatsServices {
  readonly store: Store;
  readonly executor: GovernedExecutor;
  readonly cache: ResultCache;
  readonly listedFor: ListedFor;
  readonly version: string;
  readonly redis?: Redis;
  readonly now?: () => number;
}

const dayMs = 86_400_000;
const states: readonly JobState[] = ['waiting', 'running', 'done', 'dead'];

const modelOf = async (listedFor: ListedFor, subject: Parameters<ListedFor>[0]) => {
  try {
    const { model } = await listedFor(subject);
    return {
      hash: model.hash,
      entities: Object.keys(model.entities).length,
      metrics: Object.keys(model.metrics).length,
      policies: Object.keys(model.policies).length,
    };
  } catch {
    return null;
  }
};

export const createStatsRoute = (services: StatsServices): Route => {
  const { store, executor, cache, listedFor, version, redis, now = Date.now } = services;
  const started = now();
  return {
    method: 'get',
    path: '/api/v1/system/stats',
    operation: 'getSystemStats',
    access: { role: 'admin', scope: 'system:read' },
    tag: 'Operations',
    summary: 'Show figures of this process and of this workspace',
    responses: { 200: answers('SystemStats', 'The figures.') },
    handle: async ({ caller, subject }) => {
      const workspace = workspaceOf(caller);
      const at = now();
      const { rss, heapUsed } = process.memoryUsage();
      const kept = await store.read(async (db) => {
        const leader = await db.findOneBy(leases, { id: 'leader' });
        const counted: Record<string, number> = {};
        for (const state of states) {
          counted[state] = await db.countBy(jobs, caller.operator ? { state } : { state, workspace });
        }
        return {
          members: await db.countBy(memberships, { workspaceId: workspace }),
          sessions: await db.countBy(sessions, { expiresAt: MoreThan(at) }),
          saved_queries: await db.countBy(savedQueries, {
            workspaceId: workspace,
            ...(caller.project !== null && { projectId: caller.project }),
          }),
          statements_today: await db.countBy(usageEvents, {
            workspace,
            event: 'statement.run',
            ...(subject.project !== null && { project: subject.project }),
            at: MoreThan(at - dayMs),
          }),
          jobs: counted,
          leader: leader !== null && leader.until > at,
        };
      });
      const { sessions: allSessions, leader, jobs: jobCounts, ...own } = kept;
      const json = {
        version,
        uptime_seconds: Math.floor((at - started) / 1000),
        memory: { rss_bytes: rss, heap_used_bytes: heapUsed },
        cache: cache.status(),
        redis: redis === undefined ? null : { state: redis.state() },
        connections: executor.connections().length,
        jobs: { ...jobCounts, leader },
        // Of all workspaces: nobody's but the operator's to know.
        ...(caller.operator && { sessions: allSessions }),
        workspace: { id: workspace, ...own, model: await modelOf(listedFor, subject) },
        timestamp: new Date(at).toISOString(),
      };
      return { json, headers: noStore };
    },
  };
};
