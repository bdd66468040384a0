/** What words beside a name make of it. */
import type { Item } from './items.js';
import type { Reading } from './phrases.js';
import type { Group, Mention } from './sketch.js';
import { hasKind, isNoun, isValue, only, type OpenSketch } from './sketch-state.js';
import { splitName } from './tokens.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** `per region did we ship to`: the region that it was shipped to, and no other one besides. */
export const qualified = (groups: Group[], mention: Mention): boolean => {
  const last = groups.at(-1);
  const role = mention.readings.find((one) => one.kind === 'entity' && one.via !== undefined);
  if (role?.kind !== 'entity' || last?.mention == null || last.mention.scope !== null) return false;
  const isOf = last.mention.readings.every(
    (one) =>
      (one.kind === 'dimension' && one.dimension.entity === role.entity.name) ||
      (one.kind === 'entity' && one.entity.name === role.entity.name),
  );
  if (!isOf) return false;
  const readings = last.mention.readings.filter(({ kind }) => kind === 'dimension');
  const named = readings.length > 0 ? { ...last.mention, readings, scope: only(mention, 'entity') } : mention;
  groups[groups.length - 1] = { ...last, mention: named };
  return true;
};

/** `held by freelance trainers`: by whom it was, and nothing to split by. It is kept as what stands beside. */
export const isAgent = ({ items, scopes }: OpenSketch, mention: Mention): boolean => {
  const at = items.indexOf(mention.item);
  const [done, by, value] = items.slice(Math.max(0, at - 3), at);
  if (!mention.isPlural || value === undefined || !isValue(value) || isNoun(value)) return false;
  const isBy = by!.classes.has('by') && (hasKind(done!, 'value', 'event') || done!.classes.has('verb'));
  if (!isBy || isNoun(done)) return false;
  scopes.push(mention);
  return true;
};

/** `by segment and whether they are online`: what is split by yes and no. */
export const askedWhether = (items: readonly Item[], at: number): readonly Reading[] | null => {
  const asks = items.slice(Math.max(0, at - 3), at).findLast(({ classes }) => !classes.has('filler'));
  if (asks?.classes.has('whether') !== true) return null;
  const { readings } = items[at]!;
  const flags = readings.flatMap((one): readonly Reading[] =>
    one.kind === 'flag' ? [{ kind: 'dimension', dimension: one.dimension, cost: one.cost }] : [],
  );
  const own = flags.length > 0 ? flags : readings.filter(({ kind }) => kind === 'dimension');
  const isYesOrNo = own.every((one) => one.kind === 'dimension' && one.dimension.type === 'boolean');
  return own.length > 0 && isYesOrNo ? own : null;
};

/** The numbers that a comparative may be about: the age of who is older. */
export const comparedBy = ({ text }: Item, { language, vocabulary }: VocabularyIndex): readonly Reading[] => {
  const word = text.toLowerCase();
  const words = Object.hasOwn(language.comparatives, word) ? language.comparatives[word]! : [];
  const isMeant = (name: string): boolean =>
    splitName(name)
      .split(' ')
      .some((part) => words.includes(part));
  return vocabulary.dimensions.flatMap((dimension): readonly Reading[] =>
    dimension.type === 'number' && isMeant(dimension.name) ? [{ kind: 'dimension', dimension, cost: 0.05 }] : [],
  );
};
