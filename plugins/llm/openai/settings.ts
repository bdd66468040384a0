import type { LlmSettings } from 'datamind/llm-kit';

/** As `plugin.json` describes them. */
export interface OpenAiSettings extends LlmSettings {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly azure?: { readonly apiVersion: string; readonly deployment?: string };
  readonly organization?: string;
  readonly project?: string;
  readonly structuredOutput: 'auto' | 'json_schema' | 'tool' | 'json_object';
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens';
  readonly streamUsage: boolean;
  readonly temperature?: number;
  readonly checkAtStart: boolean;
}
