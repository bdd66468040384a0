import { join } from 'node:path';
import { checkSettings } from '../../../core/config/check-settings.js';
import { packageRoot } from '../../../core/package-root.js';
import type { Completion, Llm, PluginHost } from '../../../core/plugin/contract.js';
import { createInstance } from '../../../core/plugin/create-instance.js';
import { readManifest } from '../../../core/plugin/read-manifest.js';

export interface OpenedLlm {
  readonly llm: Llm & { readonly completion: Completion };
  /** Everything it logged, a line each. */
  readonly lines: string[];
}

/** An instance of one of our own plugins, made as the host makes it, with settings that were checked as its are. */
export const openLlm = async (
  plugin: string,
  config: Readonly<Record<string, unknown>>,
  over: Partial<PluginHost> = {},
): Promise<OpenedLlm> => {
  const folder = join(packageRoot(), 'plugins', 'llm', plugin);
  const { read, problems } = readManifest(folder);
  if (read === undefined) throw new Error(JSON.stringify(problems));
  const env = { PLANTED_KEY: String(config.apiKey ?? '') };
  const given = config.apiKey === undefined ? config : { ...config, apiKey: { $env: 'PLANTED_KEY' } };
  const settings = checkSettings(read.checkConfig, given, folder, env);
  if (settings.problems.length > 0) throw new Error(JSON.stringify(settings.problems));
  const lines: string[] = [];
  const write = (message: string, fields?: object): void => {
    lines.push(JSON.stringify([message, fields]));
  };
  const host: PluginHost = {
    name: plugin,
    log: { debug: write, info: write, warn: write, error: write },
    now: Date.now,
    redact: (text) => text,
    isApproved: () => false,
    ...over,
  };
  const candidate = { use: plugin, folder, config: settings.value, secrets: settings.secrets, ...read };
  return { llm: (await createInstance(candidate, host)) as OpenedLlm['llm'], lines };
};
