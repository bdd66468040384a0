/** What is wrong with how a query names parts of itself: the metrics of its shares, the dimensions that make groups. */
import type { Share } from '../../core/query/semantic-query.js';
import type { AskedDimension, Problem } from './parse-query.js';

/** Where the columns stand among the query's dimensions. */
export const placesOf = (columns: readonly string[], dimensions: readonly AskedDimension[]): readonly number[] =>
  columns.map((name) => dimensions.findIndex(({ column }) => column === name));

/** Groups are made by columns of the query's dimensions, and something is left to tell their rows apart. */
export const groupProblems = (
  columns: readonly string[],
  dimensions: readonly AskedDimension[],
  at: string,
): readonly Problem[] => {
  const problems = columns.flatMap((name, index): readonly Problem[] => {
    const place = `${at}/${index}`;
    if (columns.indexOf(name) !== index) return [{ at: place, message: `names "${name}" twice` }];
    if (dimensions.some(({ column }) => column === name)) return [];
    const known = dimensions.map(({ column }) => column).join(', ');
    return [{ at: place, message: `is none of the dimensions of the query${known === '' ? '' : ` (${known})`}` }];
  });
  if (problems.length > 0 || columns.length < dimensions.length) return problems;
  const none = 'leaves no dimension of the query to tell rows of a group apart; add one to "dimensions"';
  return [{ at, message: none }];
};

export const shareProblems = (
  shares: readonly Share[],
  metrics: readonly string[],
  dimensions: readonly AskedDimension[],
): readonly Problem[] =>
  shares.flatMap(({ metric, within = [] }, index): readonly Problem[] => {
    const at = `/shares/${index}`;
    if (!metrics.includes(metric)) return [{ at: `${at}/metric`, message: 'is none of the metrics of the query' }];
    if (shares.findIndex((other) => other.metric === metric) !== index) {
      return [{ at: `${at}/metric`, message: `asks for the share of "${metric}" twice` }];
    }
    return groupProblems(within, dimensions, `${at}/within`);
  });
