/** What becomes of the first of each, and of shares, where a question changes the one before it. */
import type { Filter, SemanticQuery } from 'datamind/contract';
import { type Failure, unclear } from './failure.js';
import { isCondition, nameIn } from './merge-queries.js';

type Parts = Pick<SemanticQuery, 'limit_per' | 'shares'>;

const inFull = unclear('It is not clear what that does to what was shown: say the question in full.');

const sameDimensions = (before: SemanticQuery, now: SemanticQuery): boolean =>
  JSON.stringify(before.dimensions) === JSON.stringify(now.dimensions);

/**
 * @param before the question before
 * @param now what it has become, without these parts
 * @param added conditions that came to it
 * @param isRanked whether it is said anew which come first
 */
export const carryParts = (
  before: SemanticQuery,
  now: SemanticQuery,
  added: readonly Filter[],
  isRanked: boolean,
): Parts | Failure => {
  const { limit_per: each, shares = [] } = before;
  if (each === undefined && shares.length === 0) return {};
  const isSplitAlike = sameDimensions(before, now);
  if (each !== undefined && (isRanked || !isSplitAlike)) return inFull;
  if (shares.length === 0) return { ...(each !== undefined && { limit_per: each }) };
  // `and in Germany?` of shares of countries would be all of itself.
  const names = (now.dimensions ?? []).map(nameIn);
  const isNarrowed = added.some((one) => isCondition(one) && names.includes(one.member));
  const isWithin = shares.some(({ within = [] }) => within.length > 0);
  if (isNarrowed || (isWithin && !isSplitAlike) || names.length === 0) return inFull;
  const [share, ...others] = shares;
  const [metric, ...beside] = now.metrics ?? [];
  const isKept = shares.every((one) => now.metrics?.includes(one.metric));
  if (!isKept && (others.length > 0 || beside.length > 0 || metric === undefined)) return inFull;
  const carried = isKept ? shares : [{ ...share!, metric: metric! }];
  return { ...(each !== undefined && { limit_per: each }), shares: carried };
};
