import type { LlmSettings } from 'datamind/llm-kit';

/** As `plugin.json` describes them. */
export interface OllamaSettings extends LlmSettings {
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly temperature: number;
  readonly think?: boolean;
  readonly keepAlive?: string;
  readonly checkAtStart: boolean;
}
