import { opendir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Finding } from '../check/diagnostic.js';
import { largestFile } from './read-yaml.js';
import { SourceText, wholeFolder } from './source-text.js';

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
  #realRoot = '';

  constructor(root: string) {
    this.#root = root;
  }

  async readFolder(path: string, depth: number): Promise<void> {
    const folder = join(this.#root, path);
    const real = await realpath(folder);
    if (path === '') this.#realRoot = real;
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    if (depth > deepest) {
      this.findings.push(
        finding('FILE_UNREADABLE', path, `folders are nested more than ${deepest} deep; move the files up`),
      );
      return;
    }
    const links = new Map<string, boolean>();
    for await (const entry of await opendir(folder)) {
      if (!passedOver.test(entry.name)) links.set(entry.name, entry.isSymbolicLink());
    }
    for (const [name, isLink] of [...links].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const inner = path === '' ? name : `${path}/${name}`;
      try {
        if (isLink && !(await this.#isInside(join(folder, name)))) {
          this.findings.push(
            finding('FILE_UNREADABLE', inner, 'the link leads out of the folder; put what it means here'),
          );
          continue;
        }
        const found = await stat(join(this.#root, inner));
        if (found.isDirectory()) await this.readFolder(inner, depth + 1);
        else if (wanted.test(name)) await this.#readFile(inner, found.isFile(), found.size);
      } catch (error) {
        this.findings.push(finding('FILE_UNREADABLE', inner, why(error)));
      }
    }
  }

  async #isInside(path: string): Promise<boolean> {
    const real = await realpath(path);
    return real === this.#realRoot || real.startsWith(this.#realRoot === sep ? sep : this.#realRoot + sep);
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
 * Reads the YAML files and recorded catalogues of a folder and the folders in it, following links that stay in it. Never
 * rejects: what cannot be read is a finding.
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
    reader.findings.push(finding('FOLDER_MISSING', wholeFolder, message));
  }
  if (reader.files.delete('')) {
    const message = `there are more than ${mostFiles} files in the folder; name a smaller one`;
    reader.findings.push(finding('FILE_TOO_LARGE', wholeFolder, message));
  }
  return { files: reader.files, findings: reader.findings };
};
