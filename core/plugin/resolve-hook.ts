/** Runs in Node's loader thread, registered by `provide-host-modules.ts` where Node has no hooks on the main thread. */
let modules: Readonly<Record<string, string>> = {};

export const initialize = (published: Readonly<Record<string, string>>): void => {
  modules = published;
};

export const resolve = async (
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Promise<{ url: string }>,
): Promise<{ url: string; shortCircuit?: boolean }> => {
  const url = modules[specifier];
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
};
