import type { LlmSettings } from 'datamind/llm-kit';

/** As `plugin.json` describes them. */
export interface AnthropicSettings extends LlmSettings {
  readonly apiKey?: string;
  readonly baseUrl: string;
  readonly structuredOutput: 'tool' | 'schema';
  readonly promptCache: 'off' | '5m' | '1h';
  readonly temperature?: number;
  readonly checkAtStart: boolean;
}
