import type { ExitCode } from './run-program.js';
import type { CommonOptions } from './create-program.js';

export interface CheckOptions extends CommonOptions {
  readonly format: 'text' | 'json' | 'junit' | 'sarif' | 'github';
  readonly json?: boolean;
  readonly connection?: string;
  readonly catalogue?: string;
  readonly record?: boolean;
  readonly strict?: boolean;
}
export const check = async (folder: string | undefined, options: CheckOptions): Promise<ExitCode> => {
  void folder;
  void options;
  return 0;
};
