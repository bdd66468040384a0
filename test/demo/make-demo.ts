/** Makes a demo file in a process of its own, so that a test can kill it. */
import { type DemoEngine, ensureDemo } from '../../src/demo/ensure-demo.js';

const [path, engine] = process.argv.slice(2);
await ensureDemo({
  path: path!,
  engine: engine as DemoEngine,
  onProgress: (done) => process.send?.(done),
});
process.disconnect?.();
