import { Compiler } from '../../semantic/check/compiler.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import type { ModelCompiler } from './model-source.js';

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
