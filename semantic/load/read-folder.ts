import { opendir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../check/diagnostic.js';
import { largestFile } from './read-yaml.js';
import { SourceText } from './source-text.js';

export interface FolderContent {
  /** Text by path, relative to the folder, with `/` between the parts. */
  readonly files: ReadonlyMap<string, string>;
  /** What could not be read; give them to the compiler. */
  readonly findings: readonly Finding[];
}

/** More is taken for a mistake in the choice of the folder. */
const mostFiles = 50_000;
const deepest = 32;
const wanted = /\.ya?ml$|^catalogue(\.[A-Za-z0-9_-]+)?\.json$/i;
/** Half-written files of editors, and folders of tools. */
const passedOver = /^\.|^~|^#|~$|^node_modules$/;

const finding = (code: Finding['code'], file: string, message: string): Finding => ({
  code,
  message,
  place: { source: new SourceText(file, ''), start: 0, end: 0 },
});

const why = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it; change its permissions';
  if (code === 'ENOENT') return 'the link leads nowhere; remove it';
  if (code === 'ELOOP') return 'the link leads in a circle; remove it';
  return 'it could not be read';
};

class FolderReader {
  readonly files = new Map<string, string>();
  readonly findings: Finding[] = [];
  readonly #root: string;
  /** Folders by their real path: each is read once, so that links in a circle end. */
  readonly #seen = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  async readFolder(path: string, depth: number): Promise<void> {
    const folder = join(this.#root, path);
    const real = await realpath(folder);
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    if (depth > deepest) {
      this.findings.push(
        finding('FILE_UNREADABLE', path, `folders are nested more than ${deepest} deep; move the files up`),
      );
      return;
    }
    const names: string[] = [];
    for await (const { name } of await opendir(folder)) if (!passedOver.test(name)) names.push(name);
    for (const name of names.sort()) {
      const inner = path === '' ? name : `${path}/${name}`;
      try {
        const found = await stat(join(this.#root, inner));
        if (found.isDirectory()) await this.readFolder(inner, depth + 1);
        else if (wanted.test(name)) await this.#readFile(inner, found.isFile(), found.size);
      } catch (error) {
        this.findings.push(finding('FILE_UNREADABLE', inner, why(error)));
      }
    }
  }

  async #readFile(path: string, isFile: boolean, size: number): Promise<void> {
    if (!isFile) {
      this.findings.push(finding('FILE_UNREADABLE', path, 'this is not a file'));
      return;
    }
    if (this.files.size >= mostFiles) {
      if (this.files.size === mostFiles) this.files.set('', '');
      return;
    }
    // The compiler says the same of a text; a file that is far too large is not even read.
    if (size > largestFile * 4) {
      const message = `a file has at most ${largestFile / 1_000_000} million characters; split it`;
      this.findings.push(finding('FILE_TOO_LARGE', path, message));
      return;
    }
    this.files.set(path, await readFile(join(this.#root, path), 'utf8'));
  }
}

/**
 * Reads the YAML files and recorded catalogues of a folder and the folders in it, following links. Never rejects: what
 * cannot be read is a finding.
 */
export const readFolder = async (folder: string): Promise<FolderContent> => {
  const reader = new FolderReader(folder);
  try {
    await reader.readFolder('', 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'ENOENT'
        ? 'the folder of the model does not exist; create it, or name another'
        : code === 'ENOTDIR'
          ? 'this is a file, and the model is a folder; name the folder'
          : `the folder of the model cannot be read: ${why(error)}`;
    reader.findings.push(finding('FOLDER_MISSING', folder, message));
  }
  if (reader.files.delete('')) {
    const message = `there are more than ${mostFiles} files in the folder; name a smaller one`;
    reader.findings.push(finding('FILE_TOO_LARGE', folder, message));
  }
  return { files: reader.files, findings: reader.findings };
};
