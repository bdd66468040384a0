import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderWatch {
  close(): void;
}

export interface WatchOptions {
  /** How long the folder must be quiet before it is looked at: editors write in several steps. */
  readonly quietMs?: number;
  /** How often the folder is looked at where the file system tells nothing (network drives, some containers). */
  readonly pollMs?: number;
}

const interesting = (name: string): boolean =>
  /(?:\.ya?ml|(?:^|[/\\])catalogue(?:\.[\w-]+)?\.json)$/i.test(name) && !/(?:^|[/\\])\./.test(name);

/** What is in the folder, as one text that differs when a file was added, removed or written. */
const folderSignature = async (folder: string): Promise<string> => {
  const names = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
  const lines = await Promise.all(
    names.filter(interesting).map(async (name) => {
      const found = await stat(join(folder, name), { bigint: true }).catch(() => null);
      return found === null ? '' : `${name}:${found.mtimeNs}:${found.size}:${found.ino}`;
    }),
  );
  return lines.sort().join('\n');
};

/**
 * Calls back after the folder's files have changed, and never twice at once. The file system's own notices make it quick;
 * a slow look at times and sizes makes it certain.
 */
export const watchFolder = (
  folder: string,
  changed: () => Promise<void>,
  { quietMs = 60, pollMs = 2000 }: WatchOptions = {},
): FolderWatch => {
  let closed = false;
  let busy = false;
  let again = false;
  let known: string | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let notices: FSWatcher | undefined;

  const look = async (): Promise<void> => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const signature = await folderSignature(folder);
      const differs = signature !== known;
      known = signature;
      if (differs && !closed) await changed();
    } finally {
      busy = false;
    }
    if (again && !closed) {
      again = false;
      await look();
    }
  };
  const soon = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(() => void look(), quietMs);
  };
  const listen = (): void => {
    try {
      notices = watch(folder, { recursive: true }, soon);
      notices.on('error', () => {
        notices?.close();
        notices = undefined;
      });
      notices.unref();
    } catch {
      notices = undefined;
    }
  };
  listen();
  const poll = setInterval(() => {
    if (notices === undefined) listen();
    void look();
  }, pollMs);
  poll.unref();
  return {
    close: () => {
      closed = true;
      clearTimeout(quiet);
      clearInterval(poll);
      notices?.close();
    },
  };
};
