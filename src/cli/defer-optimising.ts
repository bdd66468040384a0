import { setFlagsFromString } from 'node:v8';

/**
 * For commands that end soon. The SQL parser is WebAssembly of 23 MB that runs at once; V8 then spends more time on
 * optimising it, in the background, than such a command takes altogether. With the largest budget there is only a parser
 * that is much used is optimised; and a function is validated when it is first called, not all of them when the parser is
 * loaded. A V8 that no longer knows a flag says so on standard error, and goes on. Call it before the parser is loaded.
 */
export const deferOptimising = (): void => {
  setFlagsFromString('--wasm-tiering-budget=2147483647');
  setFlagsFromString('--wasm-lazy-validation');
};
