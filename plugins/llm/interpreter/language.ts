/** The words of a grammar, one file a language (`languages/`), and how that language bends its words. */
import { readFile } from 'node:fs/promises';
import { orderPhrases } from './order-phrases.js';
import { tokenize, type Token } from './tokens.js';
import { asideClasses, plainClasses, type WordClass } from './word-classes.js';

export type { WordClass } from './word-classes.js';

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
type Texts = readonly string[];

export interface TimeWords {
  readonly months: Readonly<Record<string, number>>;
  readonly weekdays: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<Unit, Texts>>;
  readonly grains: Readonly<Record<Unit, Texts>>;
  readonly today: Texts;
  readonly yesterday: Texts;
  readonly tomorrow: Texts;
  readonly beforeYesterday: Texts;
  readonly this: Texts;
  readonly last: Texts;
  readonly past: Texts;
  readonly next: Texts;
  readonly full: Texts;
  readonly toDate: Texts;
  readonly toDateWords: Readonly<Record<string, Unit>>;
  readonly fiscal: Texts;
  readonly fiscalYear: Texts;
  readonly quarterPrefix: Texts;
  readonly halfPrefix: Texts;
  readonly half: Texts;
  readonly ordinals: Readonly<Record<string, number>>;
  readonly of: Texts;
  readonly since: Texts;
  readonly after: Texts;
  readonly before: Texts;
  readonly until: Texts;
  readonly from: Texts;
  readonly to: Texts;
  readonly between: Texts;
  readonly ago: Texts;
  /** `the start of`, which changes nothing of what `since` means. */
  readonly startOf: Texts;
  /** What is said of the moment at which a period ends. */
  readonly endOf: Texts;
  /** What makes one of a unit all of them: each month. */
  readonly each: Texts;
  readonly weekend: Texts;
  /** Times that no calendar tells: seasons, holidays. They are read where brackets say what they are. */
  readonly named: Texts;
  /** `the same` month. */
  readonly same: Texts;
  /** What `the same` may be of, besides the units. */
  readonly period: Texts;
  /** The year before the one that is spoken of. */
  readonly yearBefore: Texts;
  /** What leaves the end open after `from`. */
  readonly onwards: Texts;
  /** Whether `last` stands after the unit (`bulan lalu`). */
  readonly qualifierAfter: boolean;
}

export interface LanguageFile {
  readonly name: string;
  readonly script: 'latin' | 'arabic';
  /** Groups of endings, `[ending, replacement, letters that must stand before]`; in each group the first that fits is taken. */
  readonly inflection: readonly (readonly (readonly [string, string, number])[])[];
  /** Whether a double consonant at the end counts as one. */
  readonly undouble: boolean;
  /** A letter that is dropped at the end. */
  readonly dropFinal: string;
  readonly irregular: Readonly<Record<string, string>>;
  /** Endings of nouns that are made of verbs: who departs has a departure. */
  readonly nounEndings: Texts;
  /** Ranks that say what is good, and not what is high. */
  readonly judging: Texts;
  /** Words in names of metrics of which less is better, or may be. */
  readonly betterLow: Texts;
  /** What puts first what a rank says: worst _first_. */
  readonly orderFirst: Texts;
  /** What comes before it in an order: _sorted from_ weakest. */
  readonly orderFrom: Texts;
  readonly orderTo: string;
  /** Letters that are written together with the word after them, and the word that they are. */
  readonly clitics: readonly (readonly [string, string])[];
  /** Words that names may have inside and questions leave out, or the other way round. */
  readonly inPhrases: Texts;
  /** What stands before something that there is one of. */
  readonly definite: Texts;
  /** How a metric that counts things is called, `{}` for the things. */
  readonly countPhrases: Texts;
  readonly words: Readonly<Partial<Record<WordClass, Texts>>>;
  /** Words in the names of times at which something began that lasts since. */
  readonly beginnings: Texts;
  /** After `came`: how somebody came to be there at all. */
  readonly comingBy: Texts;
  /** Words in the names of times at which rows were made. */
  readonly makings: Texts;
  /** Words before where something goes. */
  readonly directions: Texts;
  /** What is said of what did not take place. */
  readonly notDone: Texts;
  /** What dimensions are called that say how something stands. */
  readonly stateNames: Texts;
  /** Stems that say that only what began is meant. */
  readonly newness: Texts;
  /** Which one of those that happened is meant by a word before them: the _last_ order. */
  readonly ordinalNouns: Readonly<Record<string, 'latest' | 'earliest'>>;
  /** How it is called when somebody or something is there no longer. */
  readonly leavings: Texts;
  /** What things of any kind may have. */
  readonly genericNames: Texts;
  /** Words that are no slip of any other word. */
  readonly plainWords: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly magnitudes: Readonly<Record<string, number>>;
  readonly currencies: Readonly<Record<string, string>>;
  /** What is measured by an adjective (the price of what is expensive), and in which direction. */
  /** What is compared by a comparative: the age of who is older. */
  readonly comparatives: Readonly<Record<string, readonly string[]>>;
  readonly adjectives: Readonly<Record<string, readonly string[]>>;
  /** What people do, and what the rows may be called that tell of it: who buys has an order. The first noun that a model has is taken. */
  readonly verbs: Readonly<Record<string, Texts>>;
  /** Words for the same thing: the first that a model has is taken for one that it does not have. */
  readonly synonyms: Readonly<Record<string, Texts>>;
  /** Who and what is from somewhere, and what that place may be called. */
  readonly demonyms: Readonly<Record<string, Texts>>;
  /** What is measured in a unit: time in minutes. Nouns by their stems, units in lower case. */
  readonly unitNouns: Readonly<Record<string, Texts>>;
  /** Words that stand before a name, by its last stem, and add nothing to it: a job title. */
  readonly companions: Readonly<Record<string, Texts>>;
  /** Stems of names of dimensions whose values say what something is, rather than what it has. Empty where it is not known. */
  readonly kindWords: Texts;
  /** What is asked for by `how large`: an area, a size. */
  readonly howAdjectives: Readonly<Record<string, Texts>>;
  /** How units are called, in lower case. */
  readonly unitNames: Readonly<Record<string, Texts>>;
  /** Stems of what people are called: what they take is no money that comes in. */
  readonly persons: Texts;
  /** Stems of what those are called who pay: what they spend comes in. */
  readonly payers: Texts;
  /** What money that comes in may be called. */
  readonly takings: Texts;
  /** Words that join what belongs together. */
  readonly joiners: Texts;
  /** Words of descriptions that tell of a part, or of several things. */
  readonly partWords: Texts;
  /** Words that say when it is that something happens, and endings of verbs; empty where verbs do not tell. */
  readonly tense: {
    readonly past: Texts;
    readonly present: Texts;
    readonly ongoing: Texts;
    readonly pastEndings: Texts;
  };
  readonly time: TimeWords;
}

export interface Language extends LanguageFile {
  /** Classes of each phrase, by its words in lower case with blanks between. */
  readonly phrases: ReadonlyMap<string, readonly WordClass[]>;
  /** Those that only some judgements look at. */
  readonly asides: ReadonlyMap<string, readonly WordClass[]>;
  readonly longestPhrase: number;
  /** Every single word of the grammar, and those that are no slip of another. */
  readonly known: ReadonlySet<string>;
  stem(word: string): string;
  /** Without the ending of a plural, and with all others. */
  singular(word: string): string;
}

export const keyOf = (phrase: string): string =>
  tokenize(phrase)
    .map(({ norm }) => norm)
    .join(' ');

const collect = (
  file: LanguageFile,
  classes: readonly WordClass[],
): { readonly phrases: Map<string, WordClass[]>; readonly longest: number } => {
  const phrases = new Map<string, WordClass[]>();
  let longest = 1;
  for (const one of classes) {
    for (const phrase of file.words[one] ?? []) {
      const key = keyOf(phrase);
      const classes = phrases.get(key);
      if (classes === undefined) phrases.set(key, [one]);
      else if (!classes.includes(one)) classes.push(one);
      longest = Math.max(longest, key.split(' ').length);
    }
  }
  return { phrases, longest };
};

const cutEnding = (word: string, group: LanguageFile['inflection'][number]): string => {
  const rule = group.find(([ending, , least]) => word.endsWith(ending) && word.length - ending.length >= least);
  return rule === undefined ? word : word.slice(0, word.length - rule[0].length) + rule[1];
};

/** Cuts the endings that a word takes, by the tables of its language. */
const stemmer = (file: LanguageFile): ((word: string) => string) => {
  const stems = new Map<string, string>();
  const cut = (word: string): string => {
    const irregular = Object.hasOwn(file.irregular, word) ? file.irregular[word]! : word;
    let stem = irregular;
    for (const group of file.inflection) {
      stem = cutEnding(stem, group);
    }
    if (file.undouble && stem.length > 3 && stem.at(-1) === stem.at(-2) && !/[aeiou\d]$/.test(stem)) {
      stem = stem.slice(0, -1);
    }
    if (file.dropFinal !== '' && stem.length > 3 && stem.endsWith(file.dropFinal)) stem = stem.slice(0, -1);
    return stem;
  };
  return (word) => {
    let stem = stems.get(word);
    if (stem === undefined) {
      stem = cut(word);
      // Words of questions are without number: what is kept of them is not.
      if (stems.size > 20_000) stems.clear();
      stems.set(word, stem);
    }
    return stem;
  };
};

export const makeLanguage = (file: LanguageFile): Language => {
  const { phrases, longest } = collect(file, plainClasses);
  const asides = collect(file, asideClasses);
  const orders = orderPhrases(file, phrases);
  for (const [phrase, classes] of orders) phrases.set(phrase, classes);
  const { months, weekdays, units, grains, toDateWords, ordinals, qualifierAfter, ...lists } = file.time;
  const timeWords = [
    ...[months, weekdays, toDateWords, ordinals].flatMap(Object.keys),
    ...[units, grains, lists].flatMap((lists) => Object.values(lists).flat()),
  ];
  const known = new Set(
    [
      ...phrases.keys(),
      ...asides.phrases.keys(),
      ...timeWords,
      file.plainWords,
      ...[
        file.numbers,
        file.magnitudes,
        file.currencies,
        file.adjectives,
        file.verbs,
        file.synonyms,
        file.demonyms,
        file.irregular,
      ].flatMap(Object.keys),
    ].flatMap((phrase) => phrase.split(' ')),
  );
  return {
    ...file,
    phrases,
    asides: asides.phrases,
    longestPhrase: Math.max(longest, asides.longest, ...[...orders.keys()].map((phrase) => phrase.split(' ').length)),
    known,
    stem: stemmer(file),
    singular: (word) => cutEnding(word, file.inflection[0] ?? []),
  };
};

/** Where the files of languages are: beside the sources, which the build does not copy. */
const folders = ['./languages/', '../../../../plugins/llm/interpreter/languages/'];

const readLanguage = async (name: string): Promise<Language> => {
  let failure: unknown;
  for (const folder of folders) {
    try {
      const text = await readFile(new URL(`${folder}${name}.json`, import.meta.url), 'utf8');
      return makeLanguage(JSON.parse(text) as LanguageFile);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
};

export const readLanguages = (names: readonly string[]): Promise<readonly Language[]> =>
  Promise.all(names.map(readLanguage));

/** The language whose words a question has; the first one when they do not tell. */
export const detectLanguage = (tokens: readonly Token[], languages: readonly Language[]): Language => {
  const words = tokens.filter(({ kind }) => kind === 'word');
  const isArabic = words.filter(({ norm }) => /[\u0600-\u06ff]/.test(norm)).length * 2 > words.length;
  let best = languages[0]!;
  let most = -1;
  for (const language of languages) {
    if ((language.script === 'arabic') !== isArabic) continue;
    const hits = words.filter(({ norm }) => language.known.has(norm)).length;
    if (hits > most) {
      best = language;
      most = hits;
    }
  }
  return best;
};

const plainWords = new WeakMap<Language, ReadonlySet<string>>();

/** Nouns that are no slip of anything, nor are their plurals. */
export const plainWordsOf = (language: Language): ReadonlySet<string> => {
  let words = plainWords.get(language);
  if (words === undefined) {
    words = new Set(language.plainWords.split(' '));
    plainWords.set(language, words);
  }
  return words;
};
