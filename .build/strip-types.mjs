/**
 * Builds `dist/` by erasing TypeScript's types from every source file, in place and line for line, so that running
 * needs no compiler: type checking is `npm run typecheck`. Only files that are newer than their output are written.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const rooms = ['core', 'semantic', 'plugins', 'src', 'test'];
const out = join(root, 'dist');

const sources = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'fixtures') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /(?<!\.d)\.c?ts$/.test(entry.name) ? [path] : [];
  });

const existing = rooms.map((room) => join(root, room)).filter((path) => statSync(path, { throwIfNoEntry: false }));
// A package that was installed from the registry arrives built, without its sources.
const files = existing.flatMap(sources);
const outputs = new Set();
let transform;
let failed = 0;
for (const file of files) {
  const target = join(out, relative(root, file).replace(/ts$/, 'js'));
  outputs.add(target);
  const { mtimeMs, mtime } = statSync(file);
  if (statSync(target, { throwIfNoEntry: false })?.mtimeMs === mtimeMs) continue;
  transform ??= (await import('@swc/wasm-typescript')).transformSync;
  try {
    const { code } = transform(readFileSync(file, 'utf8'), { mode: 'strip-only', filename: file });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
    utimesSync(target, mtime, mtime);
  } catch (error) {
    failed += 1;
    rmSync(target, { force: true });
    console.error(`${relative(root, file)}: ${error?.message ?? error}`);
  }
}
const removeStale = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeStale(path);
    else if (/\.c?js$/.test(path) && !outputs.has(path)) rmSync(path);
  }
};
if (files.length > 0 && statSync(out, { throwIfNoEntry: false })) removeStale(out);
if (failed > 0) process.exit(1);
