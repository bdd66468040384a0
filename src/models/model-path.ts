import { realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';

const segment = /^[A-Za-z0-9_][A-Za-z0-9._ -]*$/;
const longest = 200;

/**
 * Holds the name of a model file to what can be one: `orders.yaml`, `sales/orders.yml`. No name leaves the folder.
 * @throws DataMindError `BAD_REQUEST`
 */
export const checkModelName = (name: string): string => {
  const parts = name.split('/');
  const plain = parts.every((part) => segment.test(part) && !part.endsWith(' ') && !part.includes('..'));
  if (!plain || name.length > longest || parts.length > 8 || !/\.ya?ml$/.test(name)) {
    throw new DataMindError(
      'BAD_REQUEST',
      'A model is named by the path of its file in the ontology folder, which ends in .yaml or .yml, such as sales/orders.yaml.',
      { at: 'name' },
    );
  }
  return name;
};

const nearestExisting = (path: string): string => {
  for (let at = path; ; at = dirname(at)) {
    try {
      return realpathSync(at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(at) === at) throw error;
    }
  }
};

/**
 * Where the model of that name is. Links that lead out of the folder are refused.
 * @throws DataMindError `BAD_REQUEST`, `FORBIDDEN`
 */
export const modelPath = (folder: string, name: string): string => {
  const path = join(folder, checkModelName(name));
  const root = nearestExisting(folder);
  const real = nearestExisting(path);
  if (real !== root && !real.startsWith(root + sep)) {
    throw new DataMindError(
      'FORBIDDEN',
      'This name leads out of the ontology folder through a link, so it is not touched.',
    );
  }
  return path;
};
