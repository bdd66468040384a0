import type { PluginHealth } from '../../core/plugin/running-plugin.js';
import type { LlmChainState } from './chain.js';

export interface LlmComponent {
  readonly status: 'up' | 'degraded' | 'down' | 'not_configured';
  readonly latency_ms: number | null;
  readonly detail?: string;
  /** By name, in the order in which they are asked. */
  readonly models?: Readonly<Record<string, object>>;
}

type State = PluginHealth['status'];

const stateOf = ({ up, breaker }: LlmChainState, health: PluginHealth | undefined): State => {
  if (!up || breaker === 'open') return 'down';
  return health?.status ?? 'up';
};

/**
 * How reading questions is: up while every language model is, and where none is configured and what needs none is there; degraded
 * while some answer, down while none does, though questions are read without one.
 */
export const llmComponent = (chain: readonly LlmChainState[], healths: readonly PluginHealth[]): LlmComponent => {
  const healthOf = (name: string): PluginHealth | undefined => healths.find((health) => health.name === name);
  const models = chain
    .filter(({ up, model }) => !up || model !== null)
    .map((state) => ({ ...state, status: stateOf(state, healthOf(state.name)), health: healthOf(state.name) }));
  if (models.length === 0) {
    return chain.length === 0 ? { status: 'not_configured', latency_ms: null } : { status: 'up', latency_ms: 0 };
  }
  const answering = models.filter(({ status }) => status !== 'down');
  const each = models.map(({ name, model, status, breaker, health }) => [
    name,
    { status, model, breaker, ...(health?.detail !== undefined && { detail: health.detail }) },
  ]);
  const latency = answering[0]?.health?.latencyMs;
  return {
    status: answering.length === 0 ? 'down' : models.every(({ status }) => status === 'up') ? 'up' : 'degraded',
    latency_ms: latency === undefined ? null : Math.round(latency),
    ...(answering.length === 0 && { detail: 'No language model answers; questions are read without one.' }),
    models: Object.fromEntries(each),
  };
};
