/** A question in words to a semantic query: the way through the other files of this folder. */
import type { Interpretation, InterpretRequest, VocabularyMetric } from 'datamind/contract';
import { abstain, clarify, decide, checkDrafts } from './decide.js';
import type { Draft } from './draft.js';
import { Drafter } from './draft-queries.js';
import { outside, unclear, type Failure } from './failure.js';
import { findValues } from './find-values.js';
import { FollowUp } from './follow-up.js';
import { isFollowUp } from './is-follow-up.js';
import { readFollowUpWords } from './follow-up-words.js';
import { nameBelonging } from './belonging.js';
import { nameByPlace } from './demonyms.js';
import { readFrames } from './frames.js';
import { bareItem, cutIntoItems, type Item } from './items.js';
import { detectLanguage, type Language } from './language.js';
import { meantTimes } from './meant-times.js';
import { nameAfter } from './named-after.js';
import { nearNames } from './near-names.js';
import { besideOtherSide } from './other-side.js';
import { readSketch } from './read-sketch.js';
import { refuseOthers } from './refuse.js';
import { nameScattered } from './scattered-names.js';
import { withShares } from './share-of-total.js';
import { cutShown, withShown } from './shown.js';
import type { Mention, Sketch } from './sketch.js';
import { type Calendar, calendarOf } from './time/calendar.js';
import { type Token, tokenize } from './tokens.js';
import { indexOf, type VocabularyIndex } from './vocabulary-index.js';
import { readWords } from './words.js';

const longestQuestion = 1_000;
/** A question that names more things is none that somebody means. */
const mostNames = 40;

const quote = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');

/** What nothing of the model or the grammar stands for. */
const unreadable = (index: VocabularyIndex, sketch: Sketch): Failure | null => {
  const names = sketch.items.filter(
    ({ readings, amount, grain }) => readings.length > 0 || amount !== null || grain !== null,
  );
  if (names.length > mostNames) return unclear('That is too much at once.');
  const unknown = [...new Set(sketch.unknown.map(({ text }) => text))].slice(0, 8);
  if (unknown.length > 0) {
    return outside(`The model has nothing for ${quote(unknown)}.`, unknown, nearNames(index, unknown));
  }
  const vague = sketch.vague.map(({ text }) => text);
  if (vague.length > 0) return unclear(`It is not clear what ${quote(vague.slice(0, 4))} is to mean.`);
  if (sketch.dangling.length > 0)
    return unclear(`It is not clear what ${quote(sketch.dangling.slice(0, 4))} is to mean here.`);
  const numbers = sketch.numbers.map(({ text }) => text);
  return numbers.length > 0 ? unclear(`It is not clear what ${quote(numbers.slice(0, 4))} is of.`) : null;
};

const notesOf = (items: readonly Item[]): readonly string[] => items.flatMap(({ note }) => note ?? []);

/** What was corrected, once each. */
const correctionsOf = (items: readonly Item[]): readonly string[] => [
  ...new Set(items.flatMap(({ corrections }) => corrections.map(({ from, to }) => `"${from}" was read as "${to}".`))),
];

/** Metrics that things could be put in order by: sums and counts of rows that belong to them. */
const measuresFor = (index: VocabularyIndex, sketch: Sketch): readonly VocabularyMetric[] => {
  const owners = sketch.groups.flatMap(({ mention }) =>
    (mention?.readings ?? []).flatMap((one) =>
      one.kind === 'entity' ? [one.entity.name] : one.kind === 'dimension' ? [one.dimension.entity] : [],
    ),
  );
  const fits = index.vocabulary.metrics.filter(
    ({ entities, aggregation }) =>
      (aggregation === 'sum' || aggregation === 'count') &&
      owners.some((owner) =>
        entities.every(
          (fact) => fact !== owner && index.ways.ways(fact, owner).some((way) => way.every(({ toMany }) => !toMany)),
        ),
      ),
  );
  const proven = new Set(index.vocabulary.verified.flatMap(({ query }) => query.metrics ?? []));
  const size = (metric: VocabularyMetric): number =>
    (proven.has(metric.name) ? 0 : 4) + (metric.kind === 'measure' ? 0 : 2) + (metric.aggregation === 'sum' ? 0 : 1);
  return fits.sort((a, b) => size(a) - size(b)).slice(0, 4);
};

const askForMeasure = async (
  index: VocabularyIndex,
  drafter: Drafter,
  request: InterpretRequest,
  signal: AbortSignal,
): Promise<Interpretation | null> => {
  const { sketch } = drafter;
  const drafts = measuresFor(index, sketch).flatMap((metric): readonly Draft[] => {
    const item = bareItem(0, 0, metric.label);
    const mention: Mention = { item, readings: [{ kind: 'metric', metric, cost: 0 }], scope: null, isPlural: false };
    const drafted = new Drafter(index, drafter.calendar, { ...sketch, metrics: [mention] }).draft();
    return 'reason' in drafted ? [] : drafted.drafts.slice(0, 1);
  });
  const { accepted } = await checkDrafts(
    drafts.map((draft) => ({ ...draft, cost: 0 })),
    request.check,
    signal,
  );
  return accepted.length === 0
    ? null
    : clarify(
        index,
        'By what are they to be put in order?',
        accepted.map(({ query }) => query),
      );
};

/** What comes near to a question that cannot be answered as it is. */
const askInstead = async (
  index: VocabularyIndex,
  drafter: Drafter,
  { ask, sketch, shares }: NonNullable<Failure['instead']>,
  request: InterpretRequest,
  signal: AbortSignal,
): Promise<Interpretation | null> => {
  const drafted = new Drafter(index, drafter.calendar, sketch).draft();
  if ('reason' in drafted) return null;
  const drafts = shares === null ? drafted.drafts : drafted.drafts.flatMap((draft) => withShares(draft, false));
  const { accepted } = await checkDrafts(drafts, request.check, signal);
  const queries = accepted.map(({ query }) => query);
  return queries.length === 0 ? null : clarify(index, ask, queries);
};

/** Shares of a total that were asked for as such. */
const sharesAsked = (index: VocabularyIndex, calendar: Calendar, { instead }: Failure): readonly Draft[] => {
  if (instead?.shares !== 'sure') return [];
  const drafted = new Drafter(index, calendar, instead.sketch).draft();
  return 'reason' in drafted ? [] : drafted.drafts.flatMap((draft) => withShares(draft, true));
};

interface Read {
  readonly items: readonly Item[];
  readonly sketch: Sketch;
}

const readTokens = async (
  tokens: readonly Token[],
  { question, findValues: ask }: InterpretRequest,
  index: VocabularyIndex,
  calendar: Calendar,
  signal: AbortSignal,
): Promise<Read> => {
  const words = readWords(tokens, index);
  let items = cutIntoItems(words, index, calendar, []);
  const found = await findValues(words, items, question, index, ask, signal);
  if (found.length > 0) items = cutIntoItems(words, index, calendar, found);
  items = readFrames(nameBelonging(nameByPlace(nameScattered(items, index), index), index), index);
  items = await nameAfter(items, index, ask, signal);
  const cut = cutShown(items);
  const sketch = withShown(besideOtherSide(readSketch(cut.items, index), index), cut.columns);
  return { items, sketch: { ...sketch, times: meantTimes(sketch, index.language, calendar.now) } };
};

const interpretIn = async (
  request: InterpretRequest,
  tokens: readonly Token[],
  language: Language,
  signal: AbortSignal,
): Promise<Interpretation> => {
  const { vocabulary, now, timezone, previous } = request;
  const index = indexOf(vocabulary, language);
  const calendar = calendarOf(now, timezone, vocabulary);
  const before = previous.at(-1);
  const named = cutIntoItems(readWords(tokens, index), index, calendar, []);
  const isName = (at: number): boolean =>
    named.some(({ from, to, readings }) => readings.length > 0 && from <= at && at < to);
  const refusal = refuseOthers(tokens, language, isName, before !== undefined);
  if (refusal !== null) return refusal;
  if (before !== undefined) {
    const words = readFollowUpWords(tokens, language);
    const { items, sketch } = await readTokens(words.rest, request, index, calendar, signal);
    // What says itself which columns it is to have is a question of its own.
    if (sketch.shown.length === 0 && isFollowUp(sketch, words)) {
      const failure = unreadable(index, sketch);
      if (failure !== null) return abstain(failure);
      const drafted = new FollowUp(index, sketch, words, before.query, calendar).draft();
      if ('reason' in drafted) return abstain(drafted);
      const corrections = correctionsOf(items);
      return decide(index, drafted.drafts, request, signal, 0.95 * 0.9 ** corrections.length, [
        ...corrections,
        ...notesOf(items),
      ]);
    }
  }
  // Read by itself it would be about everything again.
  if (readFollowUpWords(tokens, language).pointsBack)
    return abstain(unclear('It is not clear what this goes on from: say the question in full.'));
  const { items, sketch } = await readTokens(tokens, request, index, calendar, signal);
  const failure = unreadable(index, sketch);
  if (failure !== null) return abstain(failure);
  const drafter = new Drafter(index, calendar, sketch);
  const drafted = drafter.draft();
  const corrections = correctionsOf(items);
  const decided = (drafts: readonly Draft[]): Promise<Interpretation> =>
    decide(index, drafts, request, signal, 0.9 ** corrections.length, [...corrections, ...notesOf(items)]);
  if ('reason' in drafted) {
    const shared = sharesAsked(index, calendar, drafted);
    if (shared.length > 0) return decided(shared);
    const asked = drafted.needs === 'measure' ? await askForMeasure(index, drafter, request, signal) : null;
    const instead =
      drafted.instead === undefined ? null : await askInstead(index, drafter, drafted.instead, request, signal);
    return asked ?? instead ?? abstain(drafted);
  }
  return decided(drafted.drafts);
};

/** Deterministic, and bounded by the length of the question. */
export const interpretQuestion = (
  request: InterpretRequest,
  languages: readonly Language[],
  signal: AbortSignal,
): Promise<Interpretation> => {
  const { question } = request;
  if (question.length > longestQuestion) {
    return Promise.resolve(abstain(unclear(`A question may have ${longestQuestion} characters.`)));
  }
  const tokens = tokenize(question);
  if (!tokens.some(({ kind }) => kind !== 'mark')) return Promise.resolve(abstain(unclear('There is no question.')));
  return interpretIn(request, tokens, detectLanguage(tokens, languages), signal);
};
