import OpenAI, { AzureOpenAI } from 'openai';
import type { OpenAiSettings } from './settings.js';

const ownUrl = 'https://api.openai.com/v1';
/** For servers that ask for none. It is not sent. */
const noKey = 'none';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

export const isOwn = ({ baseUrl = ownUrl, azure }: OpenAiSettings): boolean =>
  azure !== undefined || /^https:\/\/([a-z0-9-]+\.)*(openai\.com|openai\.azure\.com)(\/|$)/.test(baseUrl);

/**
 * A client that takes nothing of the environment, and has no tries of its own.
 * @param key `undefined` for a server that asks for none
 */
export const createClient = (
  settings: OpenAiSettings,
  key: string | undefined,
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
): OpenAI => {
  const { baseUrl = ownUrl, azure, organization = null, project = null } = settings;
  const options = {
    apiKey: key ?? noKey,
    adminAPIKey: null,
    organization,
    project,
    fetch,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    logger,
    ...(key === undefined && { defaultHeaders: { authorization: null } }),
  } as const;
  if (azure === undefined) return new OpenAI({ ...options, baseURL: baseUrl });
  const { apiVersion, deployment } = azure;
  const endpoint = baseUrl.replace(/\/+$/, '');
  return new AzureOpenAI({ ...options, apiVersion, deployment, baseURL: `${endpoint}/openai` });
};
