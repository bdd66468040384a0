/** Names in a question: what the words before them and beside them make of each. */
import { countedOwner, isOwnersName } from './counted-owner.js';
import { doneThen } from './done-then.js';
import { askedWhether, comparedBy, isAgent, qualified } from './group-words.js';
import type { Item } from './items.js';
import type { Language } from './language.js';
import type { Mention } from './sketch.js';
import {
  emptySketch,
  hasKind,
  isKindOf,
  isNoun,
  isValue,
  isValueOf,
  isVerb,
  type Mode,
  only,
  type OpenSketch,
  isPlural,
  ownerAfter,
} from './sketch-state.js';
import { reachesNegation } from './reach-of-negation.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** What is known while items are read from the first to the last, and what becomes of names. */
export class NameReader {
  readonly sketch: OpenSketch;
  readonly items: readonly Item[];
  readonly language: Language;
  mode: Mode = 'start';
  isNegated = false;
  link: 'and' | 'or' | null = null;
  /** The last name that conditions may be about. */
  about: Mention | null = null;
  /** A dimension that waits for its value. */
  waiting: { readonly mention: Mention; readonly at: number; readonly mode: Mode } | null = null;
  /** Filters that stand before the name which they are about. */
  pending: number[] = [];
  /** The item after which nothing but fillers came. */
  lastName = -1;
  heldNumber: { readonly item: Item; readonly at: number } | null = null;
  nextIsCompared = false;
  comparedAt = -1;
  /** A `not` that waits for its condition, and how many there were before it. */
  negation: Item | null = null;
  negatedFilters = 0;
  negatedDimensions: ReadonlySet<string> | null = null;
  withoutText = '';
  /** `under`, where a place in a hierarchy is to follow. */
  isUnder: Item | null = null;
  readonly #levels: ReadonlySet<string>;
  readonly #index: VocabularyIndex;

  constructor(items: readonly Item[], index: VocabularyIndex) {
    const { language, vocabulary } = index;
    this.items = items;
    this.sketch = emptySketch(items);
    this.language = language;
    this.#index = index;
    this.#levels = new Set(vocabulary.hierarchies.flatMap(({ levels }) => levels));
  }

  /** What a comparative compares: `older than` an age. */
  measuredBy(item: Item): Mention | null {
    const readings = comparedBy(item, this.#index);
    return readings.length === 0 ? null : { ...this.mention(item), readings };
  }

  mention(item: Item, scope: Mention | null = null): Mention {
    return { item, readings: item.readings, scope, isPlural: isPlural(item, this.language) };
  }

  takeName(at: number): number {
    const item = this.items[at]!;
    const beside = this.items[at + 1];
    const asked = askedWhether(this.items, at);
    if (asked !== null) {
      this.#noun(this.mention({ ...item, readings: asked }), at);
      return at + 1;
    }
    const done = doneThen(this.items, at, this.language);
    if (done !== null) return this.sketch.events.push({ ...this.mention(item), readings: done }) && at + 1;
    if (this.#isModifier(item, at)) {
      this.#value(at);
      // `Climbing department`: the name of the dimension adds nothing.
      return beside !== undefined && this.mode !== 'by' && isValueOf(item, beside) && !isValue(beside)
        ? at + 2
        : at + 1;
    }
    // `list employees hired this year`: who they are, and not how many hires there were.
    const isListed = this.sketch.isList && this.sketch.subjects.length > 0 && !hasKind(item, 'entity', 'dimension');
    if (hasKind(item, 'event') && (!isNoun(item) || isListed)) {
      const mention = this.mention(item);
      if (this.isNegated || this.mode === 'without') {
        // `who have not churned`: there is no time at which they did.
        const readings = item.readings.flatMap((one): Mention['readings'] =>
          one.kind === 'event' ? [{ kind: 'dimension', dimension: one.dimension, cost: one.cost }] : [],
        );
        this.sketch.filters.push({
          kind: 'presence',
          mention: { ...mention, readings },
          has: false,
          about: this.about,
        });
        this.mode = 'about';
        return at + 1;
      }
      this.sketch.events.push(mention);
      return at + 1;
    }
    if (hasKind(item, 'term') && !isNoun(item)) {
      this.sketch.unknown.push(item);
      return at + 1;
    }
    // `customer country`, `store city`
    if (
      hasKind(item, 'entity') &&
      beside !== undefined &&
      hasKind(beside, 'dimension') &&
      !hasKind(beside, 'metric', 'entity')
    ) {
      this.#noun(this.mention(beside, only(this.mention(item), 'entity')), at + 1);
      return at + 2;
    }
    // `country of the customer`
    const owner = ownerAfter(this.items, at, this.language);
    if (owner !== null && hasKind(item, 'dimension') && !hasKind(item, 'metric')) {
      this.#noun(this.mention(item, only(this.mention(this.items[owner]!), 'entity')), at);
      return owner + 1;
    }
    this.#noun(this.mention(item), at);
    return at + 1;
  }

  #isModifier(item: Item, at: number): boolean {
    const beside = this.items[at + 1];
    // `for all stores` names the stores, although a channel may be called so.
    if (hasKind(item, 'entity') && this.items[at - 1]?.classes.has('every') === true) return false;
    // `of guests who came`: those who did it, although a payer may be a guest, too.
    if (hasKind(item, 'entity') && isPlural(item, this.language) && beside?.classes.has('which') === true) return false;
    const isModifier = isValue(item) || ((this.mode === 'have' || this.mode === 'without') && hasKind(item, 'flag'));
    if (!isModifier || !isNoun(item)) return isModifier;
    if (this.mode === 'by' || this.mode === 'sort') return false;
    if (isKindOf(item, this.items[at - 1])) return false;
    if (this.mode === 'about' || this.mode === 'have')
      return !(beside !== undefined && isValue(beside) && isValueOf(beside, item));
    // `store size`: the size of a store, though a channel is called store too.
    const isOwner = hasKind(item, 'entity') && beside !== undefined && !hasKind(beside, 'metric', 'entity');
    return (
      !isOwner &&
      beside !== undefined &&
      beside.from === item.to &&
      isNoun(beside) &&
      !isVerb(beside) &&
      !beside.classes.has('filler')
    );
  }

  #value(at: number): void {
    const item = this.items[at]!;
    // What is under a level of a hierarchy is what has it; trees of parents are not known here.
    const isLevel = item.readings.every((one) => one.kind !== 'value' || this.#levels.has(one.dimension.name));
    if (isLevel) this.isUnder = null;
    const { sketch } = this;
    const beside = this.items[at + 1];
    // `low satisfaction` is no low priority.
    const isJudgement = item.classes.has('vague') && isNoun(beside) && !hasKind(beside!, 'entity');
    if (isJudgement && !isValueOf(item, beside!)) {
      sketch.dangling.push(item.text);
      return;
    }
    const waiting = this.waiting;
    let of: Mention | null = null;
    if (waiting !== null && isValueOf(item, waiting.mention.item)) of = waiting.mention;
    else if (beside !== undefined && this.mode !== 'by' && isValueOf(item, beside)) of = this.mention(beside);
    if (of === waiting?.mention) this.waiting = null;
    else this.dropWaiting();
    const mention = only(this.mention(item), 'value', 'flag', 'segment');
    const isNegated = reachesNegation(this, mention, at);
    sketch.filters.push({ kind: 'value', mention, isNegated, link: this.link, about: this.about, of });
    const isBefore = (isNoun(beside) && !isVerb(beside!)) || isValue(beside);
    // `online store revenue`, where store revenue is that of the other stores.
    if (beside !== undefined && isOwnersName(mention, beside, this.language)) sketch.dangling.push(item.text);
    if (isBefore) this.pending.push(sketch.filters.length - 1);
    else if (this.mode === 'count') this.#countOwner(mention);
    this.link = null;
    this.lastName = at;
    if (!isBefore && this.mode === 'without') this.mode = 'about';
  }

  #countOwner(mention: Mention): void {
    const owner = countedOwner(mention, this.#index);
    if (owner === null) return;
    this.mode = 'after';
    if (owner === 'term') this.sketch.dangling.push(mention.item.text);
    else {
      this.about = owner;
      this.sketch.counted.push(owner);
    }
  }

  #noun(mention: Mention, at: number): void {
    const { sketch } = this;
    this.dropWaiting();
    for (const one of this.pending) {
      const filter = sketch.filters[one]!;
      if (filter.kind === 'value') filter.about = mention;
    }
    this.pending = [];
    const rank = sketch.rank;
    const isRanked =
      rank !== null &&
      this.items
        .slice(rank.at + 1, at)
        .every((one) => one.amount !== null || one.classes.has('filler') || isValue(one) || hasKind(one, 'metric'));
    const isLinked = this.link !== null;
    this.link = null;
    this.lastName = at;
    if (hasKind(mention, 'entity')) this.about = mention;
    if (this.#takeByMode(mention, at, isRanked, isLinked)) return;
    if (hasKind(mention, 'metric')) {
      // `which products are out of stock`, `which do we stock` ask whether, and not how much.
      const before = this.items[at - 1];
      const isVerb = before?.classes.has('actor') === true && !before.classes.has('have');
      const isPredicate = isVerb || before?.classes.has('is') === true;
      if (isPredicate && !isLinked && rank === null && sketch.groups.at(-1)?.by === 'which') {
        sketch.dangling.push(mention.item.text);
        return;
      }
      const isStray =
        (this.mode === 'after' || this.mode === 'about') &&
        !isLinked &&
        !sketch.isShare &&
        !sketch.isGrowth &&
        !isRanked &&
        !sketch.isCompared &&
        (sketch.counted.length > 0 || sketch.metrics.length > 0);
      if (isLinked && !isStray) this.#countBefore(at);
      if (isStray) sketch.scopes.push(mention);
      else sketch.metrics.push(only(mention, 'metric', 'entity'));
      this.mode = 'after';
      return;
    }
    const isMost = isRanked && rank.count === null && (this.items[rank.at]?.classes.has('extreme') ?? false);
    if (isMost && hasKind(mention, 'entity') && sketch.groups.length + sketch.subjects.length > 0) {
      // `the client with the most claims`: their number.
      sketch.counted.push(mention);
      this.mode = 'after';
      return;
    }
    if (isRanked && hasKind(mention, 'entity', 'dimension')) sketch.groups.push({ mention, grain: null, by: 'rank' });
    else if (this.mode === 'after' && !isLinked) sketch.scopes.push(mention);
    else if (isLinked && hasKind(mention, 'entity') && !sketch.isList && this.#isMeasured(at))
      sketch.counted.push(mention);
    else sketch.subjects.push(mention);
    this.mode = 'after';
  }

  /** `bookings and revenue`: of what stands beside a metric the number is meant, unless it is to be listed. */
  #countBefore(at: number): void {
    const { sketch } = this;
    const before = this.items[at - 2];
    const subject = sketch.subjects.at(-1);
    if (sketch.isList || subject === undefined || subject.item !== before || !hasKind(subject, 'entity')) return;
    sketch.subjects.pop();
    sketch.counted.push(subject);
  }

  #isMeasured(at: number): boolean {
    const before = this.items[at - 2];
    return [...this.sketch.metrics, ...this.sketch.counted].some(({ item }) => item === before);
  }

  /** What the words before a name make of it; false where only the name itself tells. */
  #takeByMode(mention: Mention, at: number, isRanked: boolean, isLinked: boolean): boolean {
    const { sketch } = this;
    const names = (...kinds: Parameters<typeof hasKind>[1][]): boolean => hasKind(mention, ...kinds);
    switch (this.mode) {
      case 'by':
        if (!isLinked && (qualified(sketch.groups, mention) || isAgent(sketch, mention))) return true;
        // `top 3 by revenue and orders`
        if (isLinked && sketch.order !== null && names('entity')) {
          sketch.counted.push(mention);
        } else if (names('dimension', 'entity', 'hierarchy')) {
          sketch.groups.push({ mention: only(mention, 'dimension', 'entity', 'hierarchy'), grain: null, by: 'by' });
        } else if (isLinked || sketch.order !== null) sketch.metrics.push(mention);
        else sketch.order = { mention, isDescending: true, isDirected: false };
        return true;
      case 'sort':
        sketch.order = {
          mention,
          isDescending: sketch.order?.isDescending ?? true,
          isDirected: sketch.order?.isDirected ?? false,
        };
        this.mode = 'after';
        return true;
      case 'count':
        // `how many from Norway ordered`: of whom was not said.
        if (isVerb(mention.item)) sketch.scopes.push(mention);
        else sketch.counted.push(mention);
        this.mode = 'after';
        return true;
      case 'which':
        if (!names('dimension', 'entity')) return false;
        sketch.groups.push({ mention: only(mention, 'dimension', 'entity'), grain: null, by: 'which' });
        this.mode = 'after';
        return true;
      case 'list':
        if (!names('dimension', 'entity')) return false;
        sketch.subjects.push(only(mention, 'dimension', 'entity'));
        return true;
      case 'without':
      case 'have':
        return isLinked && names('metric') && sketch.filters.at(-1)?.kind !== 'presence'
          ? false
          : this.#presence(mention, at);
      case 'about':
        if (names('dimension') && !names('metric', 'entity')) {
          this.waiting = { mention, at, mode: this.mode };
          return true;
        }
        if (isLinked && names('metric')) return false;
        if (names('entity') && !(names('metric') && sketch.metrics.length === 0 && sketch.counted.length === 0)) {
          sketch.scopes.push(mention);
          return true;
        }
        return false;
      default:
        // `top 5 customers` are customers, whatever else they may count; `the most orders` are a number.
        if (isRanked && names('entity') && names('metric')) {
          if (isNoun(this.items[at + 1])) return false;
          const isQuantity = this.items[sketch.rank!.at]!.classes.has('extreme') && sketch.rank!.count === null;
          if (isQuantity || sketch.groups.length > 0 || sketch.subjects.length > 0) return false;
          sketch.groups.push({ mention: only(mention, 'entity'), grain: null, by: 'rank' });
          this.mode = 'after';
          return true;
        }
        return false;
    }
  }

  #presence(mention: Mention, at: number): boolean {
    const { sketch } = this;
    const has = this.mode === 'have';
    const next = this.items[at + 1];
    if (hasKind(mention, 'dimension') && !hasKind(mention, 'entity', 'metric')) {
      this.waiting = { mention, at, mode: this.mode };
      if (next !== undefined && (isValue(next) || next.amount !== null)) return true;
    }
    if (hasKind(mention, 'metric') && !hasKind(mention, 'entity') && has) {
      this.mode = 'after';
      return false;
    }
    if (hasKind(mention, 'metric') && !hasKind(mention, 'entity', 'flag')) {
      // Rows without a figure are no condition that can be said.
      sketch.dangling.push(this.withoutText);
      this.mode = 'after';
      return true;
    }
    if (hasKind(mention, 'entity', 'flag')) {
      const about = this.about?.item === mention.item ? this.#subject() : this.about;
      sketch.filters.push({ kind: 'presence', mention, has, about });
      this.waiting = null;
      this.mode = 'after';
      return true;
    }
    return this.waiting !== null;
  }

  #subject(): Mention | null {
    const { counted, groups, subjects } = this.sketch;
    return counted.at(-1) ?? groups.at(-1)?.mention ?? subjects.at(-1) ?? null;
  }

  /** A dimension that no value followed: said to be there, or asked for. */
  dropWaiting(): void {
    const waiting = this.waiting;
    if (waiting === null) return;
    this.waiting = null;
    const { mention, mode } = waiting;
    if (mode === 'have' || mode === 'without') {
      this.sketch.filters.push({
        kind: 'presence',
        mention,
        has: mode === 'have' && !this.isNegated,
        about: this.about,
      });
    } else this.sketch.scopes.push(mention);
  }

  dropNumber(): void {
    const held = this.heldNumber;
    if (held === null) return;
    this.heldNumber = null;
    const { rank } = this.sketch;
    // `the 5 products with the highest revenue`, `top 5`
    if (rank !== null && rank.count === null) this.sketch.rank = { ...rank, count: held.item.amount!.value };
    else this.sketch.numbers.push(held.item);
  }
}
