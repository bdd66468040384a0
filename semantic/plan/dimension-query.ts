import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Entity } from '../model/model.js';
import { type QueryContext, resolveDimension } from './query-context.js';

/** Nothing is left of an entity that is closed to whoever asks, and it is not spoken of either. */
const isListed = ({ members }: QueryContext, name: string): boolean => {
  if (!members.exists(name)) return false;
  const { dimensions, hierarchies } = members.entity(name);
  return [dimensions, hierarchies].some((items) => Object.keys(items).length > 0);
};

/** The entity of whose rows a query without metrics lists the dimensions. */
export const findRoot = (context: QueryContext): Entity => {
  const { members, query } = context;
  const mentioned = new Map<string, Entity>();
  for (const { name } of query.dimensions) {
    const first = name.includes('.') ? name.slice(0, name.indexOf('.')) : null;
    const owners = first === null ? members.owners('dimensions', name) : [];
    if (owners.length === 1) mentioned.set(owners[0]!.name, owners[0]!);
    if (first !== null && isListed(context, first)) mentioned.set(first, members.entity(first));
  }
  const failures: DataMindError[] = [];
  const roots = [...mentioned.values()].flatMap((entity) => {
    try {
      const found = query.dimensions.map(({ name, at }) =>
        resolveDimension(context, entity, entity.default_time, name, at),
      );
      if (found.some(({ steps }) => steps.some((step) => step.toMany))) return [];
      return [{ entity, isHome: found.every(({ steps }) => steps.length === 0) }];
    } catch (error) {
      if (!(error instanceof DataMindError)) throw error;
      failures.push(error);
      return [];
    }
  });
  const home = roots.find((root) => root.isHome);
  if (home !== undefined) return home.entity;
  if (roots.length === 1) return roots[0]!.entity;
  if (roots.length === 0 && failures.length > 0) throw failures[0]!;
  if (mentioned.size === 0) {
    // Says what is wrong with the name.
    const { name, at } = query.dimensions[0]!;
    const guess = Object.values(members.model.entities).find((entity) => isListed(context, entity.name));
    if (guess !== undefined && name !== 'metric_time') resolveDimension(context, guess, null, name, at);
  }
  throw new DataMindError(
    'NO_PATH',
    'Without a metric, all dimensions must belong to one entity or be reached from one without passing through many rows.',
    {
      at: '/dimensions',
      hint:
        roots.length > 1
          ? `Start from one of ${roots.map(({ entity }) => entity.name).join(', ')}, or add a metric.`
          : 'Add a metric, or write the dimensions with their entity.',
      suggestions: roots.map(({ entity }) => entity.name),
    },
  );
};
