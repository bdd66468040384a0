/** A language model, or an interpreter, that does what a test says. */
import { once } from 'node:events';
import { type Completion, type Llm, PluginError, type PluginModule } from 'datamind/contract';
import { script } from '../script.js';

const completion: Completion = {
  model: 'scripted-1',
  contextTokens: 20_000,
  countTokens: (text) => Math.ceil(text.length / 3),
  async *complete(request, signal) {
    script.asked.push(request);
    const step = script.steps.shift() ?? { fail: 'LLM_UNAVAILABLE' as const };
    if (step.hang === true) {
      if (!signal.aborted) await once(signal, 'abort');
      script.aborted += 1;
      throw signal.reason;
    }
    if (step.fail !== undefined) throw new PluginError(step.fail, 'The script says so.');
    const text = step.text ?? JSON.stringify(step.answer);
    yield {
      kind: 'end' as const,
      text,
      ...(request.schema !== undefined && { value: step.answer }),
      usage: {
        model: 'scripted-1',
        inputTokens: 100,
        outputTokens: 10,
        cachedTokens: 0,
        cost: { amount: 0.001, currency: 'USD' },
        tries: 1,
      },
    };
  },
};

const create = ({ does }: { readonly does: 'completion' | 'interpretation' }): Llm => ({
  start: async () => undefined,
  health: async () => ({ status: 'up', latencyMs: 0 }),
  stop: async () => undefined,
  ...(does === 'completion'
    ? { completion }
    : { interpretation: { interpret: (request) => script.interpret(request) } }),
});

export default { create } satisfies PluginModule<Llm, { readonly does: 'completion' | 'interpretation' }>;
