/**
 * A Python that has a package, for judges and stand-ins that exist nowhere else: the one of `DATAMIND_PYTHON`, that of
 * `.cache/python` (`python3 -m venv .cache/python && .cache/python/bin/pip install sqlglot`), or `python3`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';

const candidates = (): readonly string[] => {
  const own = join(packageRoot(), '.cache/python/bin/python3');
  const { DATAMIND_PYTHON: named } = process.env;
  return [...(named === undefined ? [] : [named]), ...(existsSync(own) ? [own] : []), 'python3'];
};

/** The path of the interpreter, or why there is none. */
export const findPython = (module: string): { readonly path: string } | { readonly missing: string } => {
  for (const path of candidates()) {
    try {
      execFileSync(path, ['-c', `import ${module}`], { stdio: 'ignore', timeout: 60_000 });
      return { path };
    } catch {
      // The next one may have it.
    }
  }
  return {
    missing: `no Python with ${module} is here (python3 -m venv .cache/python, then .cache/python/bin/pip install ${module})`,
  };
};
