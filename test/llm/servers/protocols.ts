import { anthropicProtocol } from './anthropic-protocol.js';
import { ollamaProtocol } from './ollama-protocol.js';
import { azureProtocol, openAiProtocol } from './openai-protocol.js';
import type { Protocol } from './protocol.js';

export const protocols: readonly Protocol[] = [anthropicProtocol, openAiProtocol, azureProtocol, ollamaProtocol];
