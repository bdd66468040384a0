import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary folder for one test, with files in it. */
export interface Folder {
  readonly path: string;
  write(file: string, content: unknown): string;
  remove(): void;
}

export const createFolder = (): Folder => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'datamind-')));
  return {
    path,
    write: (file, content) => {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
      return target;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
};

export const manifestOf = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id: 'probe',
  kind: 'export',
  api: 1,
  version: '1.0.0',
  title: 'Probe',
  main: 'index.mjs',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      host: { type: 'string' },
      port: { type: 'integer', default: 5432 },
      password: { type: 'string', 'x-secret': true },
      file: { type: 'string', 'x-path': true },
    },
  },
  needs: {},
  ...changes,
});

/** What a probe's code looks like; each part can be replaced. */
export const codeOf = (parts: Readonly<Record<string, string>> = {}): string => `
${parts.imports ?? ''}
export default {
  create: ${
    parts.create ??
    `(config, host) => ({
    start: ${parts.start ?? 'async () => {}'},
    health: ${parts.health ?? "async () => ({ status: 'up', latencyMs: 1 })"},
    stop: ${parts.stop ?? 'async () => {}'},
    ${parts.more ?? ''}
  })`
  },
};
`;

export interface Probe {
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly code?: Readonly<Record<string, string>>;
}

/** Writes a plugin that does nothing but what the test wants. */
export const writeProbe = (folder: Folder, at: string, { manifest, code }: Probe = {}): void => {
  folder.write(`${at}/plugin.json`, manifestOf({ id: at.replace(/^.*\//, ''), ...manifest }));
  folder.write(`${at}/index.mjs`, codeOf(code));
};
