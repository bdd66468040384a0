/**
 * Vocabulary + question + budget of tokens → what a language model is told. Deterministic, and pure: what it says is what the
 * vocabulary holds, so nothing that the subject may not ask for, and no value that may not be said. Texts of authors, of data
 * and of people are data in it, fenced, and no instructions.
 */
import { lastPart } from '../../core/query/spell-names.js';
import { createHash } from 'node:crypto';
import type { PersonalTokens } from '../../core/pii/tokenise-personal.js';
import type { CompletionRequest, ValueMatch, Vocabulary } from '../../core/plugin/llm.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { type AnswerNames, answerSchema } from './answer-schema.js';
import { type ShownTurn, showHistory } from './compress-history.js';
import { fenced, jsonLine } from './fence.js';
import { instructions, sqlInstructions } from './instructions.js';
import type { Retriever } from './lexical-retrieval.js';

/** A table as SQL of the subject may name it. */
export interface ShownTable {
  readonly table: string;
  readonly entity: string;
  readonly columns: readonly { readonly name: string; readonly type: string | null; readonly masked: boolean }[];
}

export interface ContextRequest {
  readonly vocabulary: Vocabulary;
  readonly question: string;
  readonly tokens: PersonalTokens;
  /** Oldest first. */
  readonly previous: readonly ShownTurn[];
  /** Names of the dimensions whose values may be said. */
  readonly sayable: ReadonlySet<string>;
  /** Values in the data that words of the question name, of those dimensions only. */
  readonly values?: readonly ValueMatch[];
  /** Tokens for everything. */
  readonly budget: number;
  readonly countTokens: (text: string) => number;
  readonly retriever: Retriever;
  /** Local, in the time zone of the question: `2026-11-21`. */
  readonly today: string;
  readonly timezone: string;
  /** What SQL may be written over, and in which dialect; `null`: no SQL. */
  readonly sql: { readonly dialect: string; readonly tables: readonly ShownTable[] } | null;
  /** Parts that are left out, to see what each is worth. */
  readonly without?: ReadonlySet<ContextPart>;
}

export const contextParts = ['values', 'synonyms', 'descriptions', 'glossary', 'verified', 'history'] as const;
export type ContextPart = (typeof contextParts)[number];

export interface PromptContext {
  readonly system: CompletionRequest['system'];
  /** The user's message: what was asked before, and the question. */
  readonly message: string;
  readonly schema: NonNullable<CompletionRequest['schema']>;
  readonly names: AnswerNames;
  /** SHA-256 of all of it. */
  readonly hash: string;
  readonly tokens: number;
}

interface Line {
  readonly key: string;
  readonly text: string;
}

const nearestVerified = 5;
const mostNames = 400;
const mostValues = 40;

const some = <T>(name: string, list: readonly T[]): object => (list.length === 0 ? {} : { [name]: list });

const linesOf = (vocabulary: Vocabulary, without: ReadonlySet<ContextPart>): readonly Line[] => {
  const line = (key: string, value: object): Line => ({ key, text: jsonLine(value) });
  const said = (one: {
    readonly label: string;
    readonly description: string | null;
    readonly synonyms: readonly string[];
  }) => ({
    label: one.label,
    ...(one.description !== null && !without.has('descriptions') && { is: one.description }),
    ...(without.has('synonyms') ? {} : some('also', one.synonyms)),
  });
  const { entities, metrics, dimensions, segments, hierarchies, glossary } = vocabulary;
  return [
    ...entities.map((one) =>
      line(`entity ${one.name}`, {
        entity: one.name,
        ...said(one),
        ...(one.defaultTime !== null && { time: one.defaultTime }),
        ...(one.count !== null && { count: one.count }),
        ...(one.display !== null && { display: one.display }),
        ...some(
          'joins',
          one.joins.map(({ name, to, role }) => `${name} -> ${to}${role ? ' (only when named)' : ''}`),
        ),
      }),
    ),
    ...metrics.map((one) =>
      line(`metric ${one.name}`, {
        metric: one.name,
        ...said(one),
        of: one.entities,
        ...(one.unit !== null && { unit: one.unit }),
        ...(one.format !== null && { format: one.format }),
      }),
    ),
    ...dimensions.map((one) => {
      const listed = one.values.map(({ value, label, synonyms }) =>
        label === null && synonyms.length === 0 ? value : [value, ...(label === null ? [] : [label]), ...synonyms],
      );
      const values = listed.length > 0 ? listed : one.samples;
      return line(`dimension ${one.name}`, {
        dimension: one.name,
        ...said(one),
        type: one.type,
        ...(one.type === 'time' && some('grains', one.grains)),
        ...(one.unit !== null && { unit: one.unit }),
        ...(without.has('values') ? {} : some(listed.length > 0 ? 'values' : 'such_as', values.slice(0, mostValues))),
      });
    }),
    ...segments.map((one) => line(`segment ${one.name}`, { segment: one.name, ...said(one) })),
    ...hierarchies.map((one) =>
      line(`hierarchy ${one.name}`, { hierarchy: one.name, ...said(one), ...some('levels', one.levels) }),
    ),
    ...(without.has('glossary')
      ? []
      : glossary.map((one) =>
          line(`term ${one.name}`, { term: one.name, ...said(one), ...some('about', one.refersTo) }),
        )),
  ];
};

const wholes = new WeakMap<Vocabulary, Map<string, readonly Line[]>>();

const allLines = (vocabulary: Vocabulary, without: ReadonlySet<ContextPart>): readonly Line[] => {
  const known = wholes.get(vocabulary) ?? new Map<string, readonly Line[]>();
  wholes.set(vocabulary, known);
  const key = [...without].sort().join();
  const lines = known.get(key) ?? linesOf(vocabulary, without);
  known.set(key, lines);
  return lines;
};

/** All of them where they fit, in the order of the model; else those that the question is about, best first. */
const choose = (
  lines: readonly Line[],
  ranked: readonly string[],
  budget: number,
  count: (text: string) => number,
): { readonly lines: readonly Line[]; readonly isWhole: boolean } => {
  const named = lines.filter(({ key }) => /^(?:metric|dimension) /.test(key)).length;
  if (named <= mostNames && count(lines.map(({ text }) => text).join('\n')) <= budget) return { lines, isWhole: true };
  const byKey = new Map(lines.map((line) => [line.key, line]));
  const chosen: Line[] = [];
  const taken = new Set<string>();
  let left = budget;
  const take = (key: string): void => {
    const line = byKey.get(key);
    if (line === undefined || taken.has(key) || taken.size >= mostNames) return;
    const cost = count(line.text) + 1;
    if (cost > left) return;
    left -= cost;
    taken.add(key);
    chosen.push(line);
  };
  for (const key of ranked) {
    take(key);
    const owner = /^(?:dimension|segment|hierarchy) ([^.]+)\./.exec(key)?.[1];
    if (owner !== undefined) take(`entity ${owner}`);
  }
  // What is left of the room goes to entities and metrics, by which everything else is found.
  for (const { key } of lines) if (/^(?:entity|metric) /.test(key)) take(key);
  return { lines: chosen, isWhole: false };
};

/** What queries name, as lines know it: what an example says may be said. */
const keysOf = ({ entities }: Vocabulary, queries: readonly SemanticQuery[]): readonly string[] => {
  const joined = (name: string): readonly string[] => {
    const [last, join] = name.split('.').reverse();
    const owners = entities.flatMap(({ joins }) => joins.flatMap((one) => (one.name === join ? [one.to] : [])));
    return [name, ...owners.map((owner) => `${owner}.${last}`)].map((one) => `dimension ${one}`);
  };
  return queries.flatMap(({ metrics = [], dimensions = [], segments = [] }) => [
    ...metrics.map((name) => `metric ${name}`),
    ...dimensions.flatMap((one) => joined(typeof one === 'string' ? one : one.name)),
    ...segments.map((name) => `segment ${name}`),
  ]);
};

const namesIn = (lines: readonly Line[], kind: string): readonly string[] =>
  lines.flatMap(({ key }) => (key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : []));

/** Dimensions by the ways that have a name of their own: walked only when they are named. */
const rolePaths = ({ entities, dimensions }: Vocabulary, shown: ReadonlySet<string>): readonly string[] =>
  entities.flatMap(({ name, joins }) =>
    joins
      .filter(({ role }) => role)
      .flatMap((join) =>
        dimensions.flatMap((one) =>
          one.entity === join.to && shown.has(one.name)
            ? [`${name}.${join.name}.${one.name.slice(one.entity.length + 1)}`]
            : [],
        ),
      ),
  );

/** A path is told by its last part: values of it may be said when no dimension of that name is anybody's. */
export const sayableMembers = (
  { dimensions, metrics }: Vocabulary,
  sayable: ReadonlySet<string>,
): ((member: string) => boolean) => {
  const known = new Set([...sayable, ...metrics.map(({ name }) => name)].map(lastPart));
  const hidden = new Set(dimensions.flatMap(({ name }) => (sayable.has(name) ? [] : [lastPart(name)])));
  return (member) => known.has(lastPart(member)) && !hidden.has(lastPart(member));
};

export const compileContext = (request: ContextRequest): PromptContext => {
  const { vocabulary, question, tokens, previous, sayable, budget, countTokens, retriever, today, timezone, sql } =
    request;
  const without = request.without ?? new Set<ContextPart>();
  const history = without.has('history')
    ? ''
    : showHistory(previous, { tokens, isSayable: sayableMembers(vocabulary, sayable), countTokens });
  // After the history: a name that is known from there is told here too.
  const asked = tokens.tokenise(question);
  const ranked = retriever.rank(vocabulary, `${previous.at(-1)?.question ?? ''} ${question}`).map(({ key }) => key);
  const examples = without.has('verified')
    ? []
    : ranked
        .flatMap((key) => (key.startsWith('verified ') ? [vocabulary.verified[Number(key.slice(9))]!] : []))
        .slice(0, nearestVerified);
  const verified = examples.map((one) => jsonLine({ question: one.question, query: one.query }));
  const values = without.has('values')
    ? []
    : (request.values ?? [])
        .filter(({ dimension }) => sayable.has(dimension))
        .map(({ dimension, value }) => jsonLine({ dimension, value }));
  const tables = sql === null ? '' : sql.tables.map((table) => jsonLine(table)).join('\n');
  const rules = instructions(vocabulary);
  const sqlRules = sql === null ? '' : sqlInstructions(sql.dialect);
  const fixed = [rules, sqlRules, tables, history, asked, ...verified, ...values];
  const room = budget - fixed.reduce((sum, text) => sum + countTokens(text), 0);
  const shown = [...(history === '' ? [] : previous.slice(-1)), ...examples].flatMap(({ query }) => query ?? []);
  const wanted = [...keysOf(vocabulary, shown), ...ranked];
  const { lines, isWhole } = choose(allLines(vocabulary, without), wanted, Math.max(0, room), countTokens);
  const dimensions = namesIn(lines, 'dimension');
  const names: AnswerNames = {
    entities: namesIn(lines, 'entity'),
    metrics: namesIn(lines, 'metric'),
    dimensions: ['metric_time', ...dimensions, ...rolePaths(vocabulary, new Set(dimensions))].slice(0, mostNames),
    segments: namesIn(lines, 'segment'),
    hierarchies: namesIn(lines, 'hierarchy'),
    sql: sql !== null,
  };
  const model = fenced('model', lines.map(({ text }) => text).join('\n'));
  const system = [
    { text: rules, stable: true },
    { text: model, stable: isWhole },
    ...(sql === null ? [] : [{ text: `${sqlRules}\n${fenced('tables', tables)}`, stable: isWhole }]),
  ];
  const message = [
    `Today is ${today} in ${timezone}.`,
    ...(verified.length === 0
      ? []
      : ['Questions like it that were answered rightly:', fenced('examples', verified.join('\n'))]),
    ...(values.length === 0
      ? []
      : ['Values in the data that words of the question name, or nearly name:', fenced('values', values.join('\n'))]),
    ...(history === '' ? [] : ['What was asked before, oldest first:', fenced('before', history)]),
    'The question:',
    fenced('question', asked),
  ].join('\n');
  const schema = {
    name: 'answer',
    description: 'How the question is to be answered from the model.',
    schema: answerSchema(names),
  };
  const hash = createHash('sha256')
    .update(JSON.stringify([system, message, schema]))
    .digest('hex');
  const total = system.reduce((sum, { text }) => sum + countTokens(text), countTokens(message));
  return { system, message, schema, names, hash, tokens: total };
};
