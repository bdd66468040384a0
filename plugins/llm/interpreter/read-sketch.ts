/**
 * Reads items from the first to the last and says of each what it does to the question. Nothing is passed over: what does
 * nothing is put among the unknown.
 */
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import { NameReader } from './read-names.js';
import { readNumberFilter } from './read-number-filter.js';
import { endNegation, waitsForNegated } from './reach-of-negation.js';
import { lasts } from './staying.js';
import type { Sketch } from './sketch.js';
import { hasKind, isVerb, type Mode } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** Classes that decide what a word does even where the model has a name of the same letters. */
const structural: readonly WordClass[] = [
  'by',
  'which',
  'howMany',
  'howMuch',
  'top',
  'bottom',
  'not',
  'without',
  'and',
  'or',
  'is',
  'have',
  'prep',
  'compare',
  'sort',
  'between',
  'gt',
  'gte',
  'lt',
  'lte',
  'eq',
  'ascending',
  'descending',
];
const previousClasses = {
  previousYear: 'year',
  previousQuarter: 'quarter',
  previousMonth: 'month',
  previousWeek: 'week',
  previousDay: 'day',
  previousPeriod: 'period',
} as const;
const flags = {
  overTime: 'isOverTime',
  share: 'isShare',
  growth: 'isGrowth',
  percentChange: 'isPercent',
  distinct: 'isDistinct',
} as const;
const aggregates = ['sum', 'average', 'median', 'maximum', 'minimum'] as const;

/** Words that do all that they do by being noted, or that do nothing. */
const silent: readonly WordClass[] = [
  'filler',
  'alsoNames',
  'overTime',
  'share',
  'growth',
  'percentChange',
  'distinct',
  ...aggregates,
  'vague',
  'pleaseAll',
  'bothTimes',
  'moreOrLess',
  'still',
];
/** Words that wait for a name. */
const waiting: readonly WordClass[] = ['by', 'sort', 'which', 'howMany', 'under'];

export class SketchReader extends NameReader {
  /** A share of something was asked for, and not a change in percent. */
  #isPart = false;
  /** `did we get more in 2025 than in 2024`: both are shown, where that is all that is asked. */
  #more: Item | null = null;
  /** `in both years`, which there have to be. */
  #both: Item | null = null;

  read(): Sketch {
    for (let at = 0; at < this.items.length; ) at = this.#step(at);
    this.dropWaiting();
    this.dropNumber();
    this.#dropNegation();
    const { sketch } = this;
    // `how much did it grow, in percent`: no part of anything.
    if (sketch.isGrowth && sketch.isShare && !this.#isPart) {
      sketch.isShare = false;
      sketch.isPercent = true;
    }
    if (this.#both !== null && sketch.times.length < 2) sketch.dangling.push(this.#both.text);
    if (this.#more !== null && !this.#isPlainComparison()) sketch.unknown.push(this.#more);
    const last = this.items.findLast(({ text }) => /[\p{L}\p{N}]/u.test(text));
    const isOpen = last !== undefined && last.readings.length === 0 && last.grain === null && last.time === null;
    const isOrder = last !== undefined && (last.classes.has('ascending') || last.classes.has('descending'));
    // `aircraft in use`: a state that nothing stands for.
    const isState = last?.classes.has('have') === true && this.items[this.items.indexOf(last) - 1]?.classes.has('prep');
    if (isOpen && isState === true) this.sketch.dangling.push(last.text);
    if (isOpen && !isOrder && waiting.some((one) => last.classes.has(one)) && !last.classes.has('filler'))
      this.sketch.dangling.push(last.text);
    return this.sketch;
  }

  /** Two times, or two values, with nothing chosen by which of them has more. */
  #isPlainComparison(): boolean {
    const { isCompared, isWhich, isCount, isList, rank, times, filters, groups } = this.sketch;
    const more = this.items.indexOf(this.#more!);
    const isThan = this.comparedAt > more;
    const values = filters.filter(({ kind }) => kind === 'value').length;
    const isTold = times.length === 2 ? values === 0 : times.length < 2 && values === 2;
    // `more customers ordered` counts customers, `more tents` pieces of them: only a figure that is named is told.
    const { metrics, counted, subjects } = this.sketch;
    const [named, ...others] = [...metrics, ...counted, ...subjects];
    const isOf = named?.item === this.items[more + 1] && others.length === 0;
    const isChosen = isWhich || isCount || isList || rank !== null || groups.length > 0;
    return isCompared && isThan && isTold && isOf && !isChosen;
  }

  #step(at: number): number {
    const item = this.items[at]!;
    const is = (...classes: readonly WordClass[]): boolean => classes.some((one) => item.classes.has(one));
    const next = readNumberFilter(this, at);
    if (next !== null) return next;
    if (item.time !== null && this.#isTime(item, at)) return this.#time(item, at);
    if (this.#rank(item, at)) return at + 1;
    if (item.readings.length > 0 && this.#isName(item, at)) return this.takeName(at);
    if (item.grain !== null) return this.#grain(item, at);
    if (this.#previous(item)) return at + 1;
    if (item.amount !== null) {
      this.dropNumber();
      const { rank } = this.sketch;
      if (rank !== null && rank.count === null && rank.at === at - 1) {
        this.sketch.rank = { ...rank, count: item.amount.value };
        return at + 1;
      }
      this.heldNumber = { item, at };
      return at + 1;
    }
    if (is('ascending', 'descending')) {
      this.sketch.order = {
        mention: this.sketch.order?.mention ?? null,
        isDescending: is('descending'),
        isDirected: true,
        ...(this.#isJudged(item) && { isJudged: true }),
      };
      if (is('sort')) this.#enter('sort');
      return at + 1;
    }
    if (this.#turn(item, at)) return at + 1;
    if (is('onlyWord') && this.#isRestriction(at)) {
      this.#leave();
      this.link = null;
    }
    if (is('still') && !lasts(this.items, at)) this.sketch.dangling.push(item.text);
    for (const [one, flag] of Object.entries(flags)) {
      if (item.classes.has(one as WordClass)) this.sketch[flag] = true;
    }
    if (is('share') && !is('percentChange')) this.#isPart = true;
    if (is('bothTimes')) this.#both = item;
    if (is('moreOrLess')) this.#more = item;
    for (const one of aggregates) {
      if (item.classes.has(one) && (one !== 'sum' || !is('filler'))) this.sketch.aggregates.push(one);
    }
    const comparator = (['gt', 'gte', 'lt', 'lte', 'eq', 'between'] as const).find((one) => item.classes.has(one));
    if (is('under') && comparator !== 'gt') this.isUnder = item;
    else if (comparator !== undefined && !is('prep', 'is')) this.sketch.dangling.push(item.text);
    else if (item.classes.size > 0 && !silent.some((one) => item.classes.has(one)))
      this.sketch.dangling.push(item.text);
    const before = this.items[at - 1];
    // `bought something` says no more than `bought`.
    const isObject = is('pleaseAll') && before !== undefined && before.readings.length > 0 && isVerb(before);
    if (is('vague', 'pleaseAll') && !isObject) this.sketch.vague.push(item);
    if (item.isUnknown) this.sketch.unknown.push(item);
    return at + 1;
  }

  /** `may` and `march` are other words too. The last word of a phrase before one is one before it: `came in May`. */
  #isTime(item: Item, at: number): boolean {
    if (item.classes.size === 0 || item.to - item.from > 1) return true;
    const before = this.items[at - 1]?.text.toLowerCase().split(' ').at(-1) ?? '';
    return this.language.phrases.get(before)?.includes('prep') ?? false;
  }

  #time(item: Item, at: number): number {
    const expression = item.time!;
    // `the previous year` is one whether or not its article is a part of the words.
    const bare = this.language.phrases.get(item.text.toLowerCase().replace(/^the /, '')) ?? [];
    const previous = Object.entries(previousClasses).find(
      ([one]) => item.classes.has(one as WordClass) || bare.includes(one as WordClass),
    );
    if (this.mode === 'have') this.mode = 'after';
    if (previous !== undefined && (this.nextIsCompared || expression.isSame)) {
      this.sketch.previous = previous[1];
      // `versus the previous year in 2025`: what comes then is not what is compared with.
      if (this.items[at + 1]?.classes.has('prep')) this.nextIsCompared = false;
      return at + 1;
    }
    const event = this.sketch.events.at(-1);
    const isBeside = event !== undefined && this.items.indexOf(event.item) >= at - 3;
    const isFree = isBeside && !this.sketch.times.some((time) => time.event === event);
    // `by 2024` may be until then, or in it.
    if (this.items[at - 1]?.classes.has('by')) this.sketch.dangling.push(this.items[at - 1]!.text);
    const isCompared =
      this.nextIsCompared &&
      this.items.slice(this.comparedAt + 1, at).every((one) => one.readings.length === 0 && one.amount === null);
    if (expression.isSame) this.sketch.isCompared = true;
    if (isCompared) this.link = null;
    const isWhole = this.items
      .slice(Math.max(0, at - 3), at)
      .some(({ text }) => this.language.time.full.includes(text.toLowerCase()));
    this.sketch.times.push({
      expression,
      event: isFree ? event : null,
      isCompared: isCompared || expression.isSame === true,
      ...(isWhole && { isWhole }),
    });
    this.dropWaiting();
    return at + 1;
  }

  #rank(item: Item, at: number): boolean {
    const isTop = item.classes.has('top');
    const adjective = Object.hasOwn(this.language.adjectives, item.text.toLowerCase())
      ? this.language.adjectives[item.text.toLowerCase()]!
      : null;
    if (!isTop && !item.classes.has('bottom') && (adjective === null || item.readings.length > 0)) return false;
    if (adjective !== null) {
      const before = this.sketch.rank;
      const isReversed = before !== null && before.at === at - 1 && !before.isTop;
      const measures = adjective.slice(0, -1);
      const isDescending = adjective.at(-1) === 'desc';
      this.sketch.rank = {
        isTop: isDescending !== isReversed,
        count: before?.count ?? this.#takeNumber(at),
        at,
        adjective: measures,
      };
      return true;
    }
    // `best` after a rank says nothing more: `top 5 best customers`.
    const isJudged = this.#isJudged(item);
    // `the best and the worst`: from both ends, and not from one.
    if (this.sketch.rank !== null && this.sketch.rank.isTop !== isTop) this.sketch.dangling.push(item.text);
    this.sketch.rank ??= { isTop, count: this.#takeNumber(at), at, adjective: null, ...(isJudged && { isJudged }) };
    if (this.mode === 'have' || this.mode === 'about') this.mode = 'after';
    return true;
  }

  /** `worst`, and not `lowest`. */
  #isJudged({ text }: Item): boolean {
    const words = text.toLowerCase();
    return this.language.judging.some((one) => ` ${words} `.includes(` ${one} `));
  }

  /** A number right before: `5 best`. */
  #takeNumber(at: number): number | null {
    const held = this.heldNumber;
    if (held !== null && held.at === at - 1) {
      this.heldNumber = null;
      return held.item.amount!.value;
    }
    return null;
  }

  #isName(item: Item, at: number): boolean {
    if (structural.some((one) => item.classes.has(one))) return false;
    if (item.grain !== null && !hasKind(item, 'value', 'metric')) return false;
    if (!item.classes.has('filler')) return true;
    // `did we make` is what somebody did, although a brand may be called a make.
    return this.items[at - 1]?.classes.has('actor') !== true;
  }

  #grain(item: Item, at: number): number {
    const { sketch } = this;
    const adverb =
      !this.items[at]!.classes.has('by') &&
      Object.values(this.language.time.grains).some((list) => list.includes(item.text.toLowerCase()));
    const event = sketch.events.at(-1);
    const isEvent = event !== undefined && this.items.indexOf(event.item) === at - 1;
    const isRanked = sketch.rank !== null && sketch.rank.at >= at - 2;
    if (this.waiting !== null && this.waiting.mode === 'by') this.waiting = null;
    // `months with revenue over …`
    const isFirst = this.lastName < 0 && ['start', 'measure', 'list'].includes(this.mode) && sketch.times.length === 0;
    if (item.isEnd) {
      sketch.groups.push({ mention: null, grain: item.grain, by: 'by', isEnd: true });
      this.link = null;
    } else if (this.mode === 'by' || adverb || this.mode === 'which' || isRanked || isFirst) {
      const by = this.mode === 'which' || (isFirst && !adverb) ? 'which' : this.mode === 'by' || adverb ? 'by' : 'rank';
      sketch.groups.push({ mention: isEvent ? event : null, grain: item.grain, by });
      if (isEvent) sketch.events.pop();
      if (this.mode === 'which') this.mode = 'after';
      this.link = null;
    } else sketch.unknown.push(item);
    return at + 1;
  }

  #previous(item: Item): boolean {
    const found = Object.entries(previousClasses).find(([one]) => item.classes.has(one as WordClass));
    if (found === undefined) return false;
    this.sketch.previous = found[1];
    return true;
  }

  /** Words that say what comes next. */
  #turn(item: Item, at: number): boolean {
    const is = (one: WordClass): boolean => item.classes.has(one);
    const before = this.items[at - 1];
    const isRelative =
      is('prep') && is('which') && this.lastName >= 0 && before !== undefined && before.readings.length > 0;
    if (is('compare')) {
      this.sketch.isCompared = true;
      this.comparedAt = at;
      this.nextIsCompared = true;
      this.link = 'and';
    } else if (is('sort')) this.#enter('sort');
    else if (is('by') && waitsForNegated(this, at)) this.#leave();
    else if (is('by') || is('whether')) this.#enter('by');
    else if (is('howMany')) {
      this.sketch.isCount = true;
      this.#enter('count');
    } else if (is('which') && !isRelative) {
      this.sketch.isWhich = true;
      this.#enter('which');
    } else if (is('list') && (this.mode === 'start' || this.mode === 'measure')) {
      this.sketch.isList = true;
      this.#enter('list');
    } else if (is('howMuch') || (is('show') && this.mode === 'start')) this.#enter('measure');
    else if (is('without')) {
      this.withoutText = item.text;
      this.#enter('without');
    } else if (is('butWord') && !this.#isException(at)) {
      // `in Germany, but with a coupon`: one more condition, and it needs a word that says so.
      const following = this.items[at + 1];
      if (following === undefined || following.readings.length > 0) this.sketch.dangling.push(item.text);
      this.link = 'and';
      endNegation(this);
    } else if (is('not')) {
      this.#dropNegation();
      this.negatedDimensions = null;
      this.isNegated = true;
      this.negation = item;
      this.negatedFilters = this.sketch.filters.length;
    } else if (is('or')) this.link = 'or';
    else if (is('and') || item.text === ',') this.link = 'and';
    else if (is('have')) this.#enter('have');
    else if (is('is') || is('prep')) {
      const isOpen = this.mode === 'count' || this.mode === 'measure' || this.mode === 'start' || this.mode === 'list';
      const keeps =
        (is('is') && (this.mode === 'which' || this.waiting !== null)) ||
        (this.mode === 'without' && before?.classes.has('without'));
      if (!keeps && !(isOpen && this.lastName < 0)) this.#leave();
    } else return false;
    return true;
  }

  /** `all but Boots`: of everything that was named, and nothing of what is not. */
  #isException(at: number): boolean {
    return this.items.slice(0, at).some(({ classes }) => classes.has('every') || classes.has('pleaseAll'));
  }

  /** `by coupon, only orders in Germany`: what it is of, and not what it is split by. */
  #isRestriction(at: number): boolean {
    const before = this.items[at - 1];
    const next = this.items.slice(at + 1).find((one) => !one.classes.has('filler') || one.readings.length > 0);
    if (this.lastName < 0 || before === undefined || next === undefined || next.readings.length === 0) return false;
    // `who only bought Boots` have bought nothing else.
    const isDone = isVerb(next) || (this.language.words.verb?.includes(next.text.toLowerCase()) ?? false);
    if (isDone && next === this.items[at + 1]) this.sketch.dangling.push(this.items[at]!.text);
    return !waiting.some((one) => before.classes.has(one));
  }

  #enter(mode: Mode): void {
    this.mode = mode;
    if (mode !== 'have') endNegation(this, mode === 'by');
    if (mode !== 'have' && mode !== 'by') this.link = null;
  }

  /** A `not` that no condition came of. */
  #dropNegation(): void {
    if (this.negation !== null && this.sketch.filters.length === this.negatedFilters) {
      this.sketch.dangling.push(this.negation.text);
    }
    this.negation = null;
    if (this.mode === 'without') this.sketch.dangling.push(this.withoutText);
    if (this.isUnder !== null) this.sketch.dangling.push(this.isUnder.text);
  }

  #leave(): void {
    // `not in Germany`, `except for Germany`: what is negated comes still.
    if (this.mode !== 'sort') this.mode = this.mode === 'list' && this.lastName < 0 ? 'list' : 'about';
  }
}

export const readSketch = (items: readonly Item[], index: VocabularyIndex): Sketch =>
  new SketchReader(items, index).read();
