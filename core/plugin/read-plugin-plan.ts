import { formatProblem } from '../config/problem.js';
import { DataMindError } from '../errors/datamind-error.js';
import type { Environment } from '../secrets/resolve-references.js';
import { type PluginPlan, planPlugins } from './plan-plugins.js';

/**
 * The plan of a configuration that has no problems; loads no code.
 * @throws DataMindError `CONFIG_INVALID` with every problem of the files, a line each
 */
export const readPluginPlan = (file: string, env: Environment): PluginPlan => {
  const { plan, problems } = planPlugins(file, env);
  if (plan !== undefined) return plan;
  const lines = problems.map(formatProblem);
  const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`;
  throw new DataMindError('CONFIG_INVALID', `The configuration of the plugins has ${count}:\n${lines.join('\n')}`, {
    hint: 'Mend each of them; "datamind plugins check" lists them again.',
    errors: problems.map((problem, index) => ({ at: problem.at, message: lines[index]! })),
  });
};
