import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Compiler } from '../../semantic/check/compiler.js';
import type { FolderContent, ModelCompiler } from './model-source.js';

const interesting = (name: string): boolean =>
  /(?:\.ya?ml|(?:^|\/)catalogue(?:\.[\w-]+)?\.json)$/i.test(name) && !/(?:^|\/)\./.test(name);

const readFolder = async (folder: string): Promise<FolderContent> => {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).map((name) => name.split(sep).join('/'));
  const wanted = names.filter(interesting).sort();
  const texts = await Promise.all(wanted.map((name) => readFile(join(folder, name), 'utf8')));
  return { files: new Map(wanted.map((name, index) => [name, texts[index]!])), findings: [] };
};

/** The compiler over a folder. It remembers what it has compiled, so that an edit costs little. */
export const createModelCompiler = (): ModelCompiler => {
  let compiler: Compiler | undefined;
  return {
    readFolder: async (folder) => {
      compiler ??= await Compiler.create();
      return readFolder(folder);
    },
    compile: ({ files, findings }) => (compiler ?? new Compiler()).compile(files, { findings }),
  };
};
