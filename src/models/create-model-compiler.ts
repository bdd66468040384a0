import { Compiler } from '../../semantic/check/compiler.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import { maskDiagnostic } from './mask-diagnostic.js';
import type { ModelCompiler } from './model-source.js';

/**
 * A compiler. It remembers what it has compiled, so that an edit costs little. What it says quotes files, and
 * goes into logs and answers: personal data in it is masked here, once for all of them.
 */
export const createModelCompiler = (): ModelCompiler => {
  let compiler: Compiler | undefined;
  return {
    readFolder,
    compile: async ({ files, ...options }) => {
      compiler ??= await Compiler.create();
      const { model, diagnostics } = compiler.compile(files, options);
      return { model, diagnostics: diagnostics.map(maskDiagnostic) };
    },
  };
};
