import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Grain } from '../model/model.js';
import type { Condition, Filter, Operator, SemanticQuery } from './query.js';
import { isTimeZone } from './zone.js';

export interface AskedDimension {
  readonly name: string;
  readonly grain: Grain | null;
  /** The result column. */
  readonly column: string;
  readonly at: string;
}

/** A query whose shape is right; names are not looked up yet. */
export interface ParsedQuery {
  readonly metrics: readonly string[];
  readonly dimensions: readonly AskedDimension[];
  readonly filters: Filter | null;
  readonly time: NonNullable<SemanticQuery['time']>;
  readonly segments: readonly string[];
  readonly order: readonly { readonly by: string; readonly desc: boolean }[];
  readonly limit: number | null;
  readonly offset: number;
  readonly timezone: string | null;
  readonly fill: boolean;
  readonly totals: boolean;
}

export const grains: readonly Grain[] = [
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'fiscal_quarter',
  'fiscal_year',
];

/** How many values each operator takes: at least, at most. */
const valueCounts: Readonly<Record<Operator, readonly [number, number]>> = {
  eq: [1, 1],
  ne: [1, 1],
  in: [1, 10_000],
  not_in: [1, 10_000],
  gt: [1, 1],
  gte: [1, 1],
  lt: [1, 1],
  lte: [1, 1],
  between: [1, 2],
  like: [1, 1],
  not_like: [1, 1],
  contains: [1, 1],
  starts_with: [1, 1],
  ends_with: [1, 1],
  is_null: [0, 0],
  not_null: [0, 0],
  under: [1, 10_000],
};

const maxNames = 100;
const maxName = 300;
const maxDepth = 20;
const maxConditions = 500;
const maxRowNumber = 1_000_000_000;

interface Problem {
  readonly at: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** Collects every problem of one query. */
class Reader {
  readonly problems: Problem[] = [];
  #conditions = 0;

  say(at: string, message: string): undefined {
    if (this.problems.length < 50) this.problems.push({ at, message });
    return undefined;
  }

  keys(value: Fields, known: readonly string[], at: string): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const guess = didYouMean(key.slice(0, maxName), known);
      const hint = guess === undefined ? `the keys are ${quoted(known)}` : `did you mean "${guess}"?`;
      this.say(`${at}/${pointer(key)}`, `is not a key of this; ${hint}`);
    }
  }

  name(value: unknown, at: string): string | undefined {
    if (typeof value === 'string' && value !== '' && value.length <= maxName) return value;
    return this.say(at, `must be a name of 1 to ${maxName} characters`);
  }

  list<T>(
    value: unknown,
    at: string,
    read: (item: unknown, at: string) => T | undefined,
    most = maxNames,
  ): readonly T[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.say(at, 'must be a list');
      return [];
    }
    if (value.length > most) {
      this.say(at, `must not have more than ${most} items`);
      return [];
    }
    return value.flatMap((item, index) => read(item, `${at}/${index}`) ?? []);
  }

  flag(value: unknown, at: string): boolean {
    if (value !== undefined && typeof value !== 'boolean') this.say(at, 'must be true or false');
    return value === true;
  }

  count(value: unknown, at: string): number | null {
    if (value === undefined) return null;
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxRowNumber) return value as number;
    this.say(at, `must be a whole number from 0 to ${maxRowNumber}`);
    return null;
  }

  oneOf<T extends string>(value: unknown, choices: readonly T[], at: string): T | undefined {
    if (choices.includes(value as T)) return value as T;
    const guess = typeof value === 'string' ? didYouMean(value.slice(0, maxName), choices) : undefined;
    return this.say(
      at,
      guess === undefined ? `must be one of ${quoted(choices)}` : `is not known; did you mean "${guess}"?`,
    );
  }

  dimension(value: unknown, at: string): Omit<AskedDimension, 'column'> | undefined {
    if (typeof value === 'string') {
      const name = this.name(value, at);
      return name === undefined ? undefined : { name, grain: null, at };
    }
    if (!isObject(value)) return this.say(at, 'must be a name, or an object with "name" and "grain"');
    this.keys(value, ['name', 'grain'], at);
    const name = this.name(value.name, `${at}/name`);
    const grain = value.grain === undefined ? null : this.oneOf(value.grain, grains, `${at}/grain`);
    return name === undefined || grain === undefined ? undefined : { name, grain, at };
  }

  filter(value: unknown, at: string, depth = 0): Filter | undefined {
    if (!isObject(value)) return this.say(at, 'must be a condition, or an object with "and", "or" or "not"');
    if (depth > maxDepth) return this.say(at, `is nested more than ${maxDepth} levels deep`);
    const joined = (['and', 'or'] as const).find((key) => key in value);
    if (joined !== undefined) {
      this.keys(value, [joined], at);
      const parts = this.list(
        value[joined],
        `${at}/${joined}`,
        (item, place) => this.filter(item, place, depth + 1),
        maxConditions,
      );
      if (Array.isArray(value[joined]) && value[joined].length === 0) this.say(`${at}/${joined}`, 'must not be empty');
      return joined === 'and' ? { and: parts } : { or: parts };
    }
    if ('not' in value) {
      this.keys(value, ['not'], at);
      const inner = this.filter(value.not, `${at}/not`, depth + 1);
      return inner === undefined ? undefined : { not: inner };
    }
    return this.condition(value, at);
  }

  condition(value: Fields, at: string): Condition | undefined {
    this.#conditions += 1;
    if (this.#conditions === maxConditions + 1)
      this.say('/filters', `must not have more than ${maxConditions} conditions`);
    this.keys(value, ['member', 'op', 'values'], at);
    const member = this.name(value.member, `${at}/member`);
    const op = this.oneOf(value.op, Object.keys(valueCounts) as Operator[], `${at}/op`);
    if (op === undefined) return undefined;
    const values = this.values(value.values, op, `${at}/values`);
    return member === undefined ? undefined : { member, op, values };
  }

  values(value: unknown, op: Operator, at: string): readonly (string | number | boolean)[] {
    const [least, most] = valueCounts[op];
    if (value !== undefined && !Array.isArray(value)) {
      this.say(at, 'must be a list of values');
      return [];
    }
    const values: readonly unknown[] = value ?? [];
    if (values.length < least || values.length > most) {
      const range = most === 0 ? 'no values' : least === most ? `${least} value` : `${least} to ${most} values`;
      this.say(at, `must hold ${range} for "${op}"`);
      return [];
    }
    values.forEach((item, index) => {
      if (item === null) {
        this.say(`${at}/${index}`, 'must not be null; use the operators "is_null" and "not_null"');
      } else if (
        typeof item === 'number' ? !Number.isFinite(item) : typeof item !== 'string' && typeof item !== 'boolean'
      ) {
        this.say(`${at}/${index}`, 'must be a text, a number, true or false');
      } else if (typeof item === 'string' && item.length > 10_000) {
        this.say(`${at}/${index}`, 'must not be longer than 10,000 characters');
      } else if (typeof item === 'string' && item.includes('\0')) {
        this.say(`${at}/${index}`, 'must not hold the character U+0000');
      }
    });
    return values as readonly (string | number | boolean)[];
  }

  time(value: unknown): NonNullable<SemanticQuery['time']> {
    const at = '/time';
    if (value === undefined) return {};
    if (!isObject(value)) {
      this.say(at, 'must be an object');
      return {};
    }
    this.keys(value, ['dimension', 'range', 'compare', 'compare_as'], at);
    const dimension = value.dimension === undefined ? undefined : this.name(value.dimension, `${at}/dimension`);
    const compare = value.compare === undefined ? undefined : this.name(value.compare, `${at}/compare`);
    const kinds = ['previous', 'change', 'percent'] as const;
    const compareAs =
      value.compare_as === undefined ? undefined : this.oneOf(value.compare_as, kinds, `${at}/compare_as`);
    if (compareAs !== undefined && compare === undefined) this.say(`${at}/compare_as`, 'needs "compare" beside it');
    return { dimension, range: this.range(value.range, `${at}/range`), compare, compare_as: compareAs };
  }

  range(value: unknown, at: string): NonNullable<SemanticQuery['time']>['range'] {
    if (value === undefined || (typeof value === 'string' && value.length <= maxName))
      return value as string | undefined;
    const isBound = (bound: unknown): boolean => bound === null || (typeof bound === 'string' && bound.length <= 40);
    if (Array.isArray(value) && value.length === 2 && value.every(isBound)) {
      return value as unknown as readonly [string | null, string | null];
    }
    return this.say(at, 'must be words such as "last 3 months", or a pair of dates (null leaves a side open)');
  }

  order(value: unknown, at: string): { by: string; desc: boolean } | undefined {
    if (!isObject(value)) return this.say(at, 'must be an object with "by"');
    this.keys(value, ['by', 'desc'], at);
    const by = this.name(value.by, `${at}/by`);
    const desc = this.flag(value.desc, `${at}/desc`);
    return by === undefined ? undefined : { by, desc };
  }
}

const pointer = (key: string): string => key.slice(0, maxName).replaceAll('~', '~0').replaceAll('/', '~1');

/** Column names: as asked, and with the grain where one time dimension is asked for with several. */
const named = (asked: readonly Omit<AskedDimension, 'column'>[], reader: Reader): readonly AskedDimension[] =>
  asked.map((one, index) => {
    const twins = asked.filter((other) => other.name === one.name);
    if (asked.findIndex((other) => other.name === one.name && other.grain === one.grain) !== index) {
      reader.say(one.at, `asks for "${one.name}" twice`);
    }
    const column = twins.length > 1 && one.grain !== null ? `${one.name}__${one.grain}` : one.name;
    return { ...one, column };
  });

const topKeys = [
  'metrics',
  'dimensions',
  'filters',
  'time',
  'segments',
  'order',
  'limit',
  'offset',
  'timezone',
  'fill',
  'totals',
];

/**
 * Checks the shape of a query and makes it explicit.
 * @throws DataMindError `QUERY_INVALID` with every problem and its place
 */
export const parseQuery = (query: unknown): ParsedQuery => {
  const reader = new Reader();
  const value: Fields = isObject(query) ? query : {};
  if (!isObject(query)) reader.say('', 'must be an object');
  reader.keys(value, topKeys, '');
  const metrics = reader.list(value.metrics, '/metrics', (item, at) => reader.name(item, at));
  const dimensions = named(
    reader.list(value.dimensions, '/dimensions', (item, at) => reader.dimension(item, at)),
    reader,
  );
  metrics.forEach((metric, index) => {
    if (metrics.indexOf(metric) !== index) reader.say(`/metrics/${index}`, `asks for "${metric}" twice`);
    if (dimensions.some(({ column }) => column === metric)) {
      reader.say(`/metrics/${index}`, `has the same name as a dimension of the query; write it with its entity`);
    }
  });
  const isEmpty = (list: unknown): boolean => list === undefined || (Array.isArray(list) && list.length === 0);
  if (isObject(query) && isEmpty(value.metrics) && isEmpty(value.dimensions)) {
    reader.say('', 'must ask for at least one of "metrics" and "dimensions"');
  }
  const timezone = value.timezone === undefined ? null : (reader.name(value.timezone, '/timezone') ?? null);
  if (timezone !== null && !isTimeZone(timezone))
    reader.say('/timezone', 'is not a time zone; write one such as "Europe/Berlin" or "UTC"');
  const parsed: ParsedQuery = {
    metrics,
    dimensions,
    filters: value.filters === undefined ? null : (reader.filter(value.filters, '/filters') ?? null),
    time: reader.time(value.time),
    segments: reader.list(value.segments, '/segments', (item, at) => reader.name(item, at)),
    order: reader.list(value.order, '/order', (item, at) => reader.order(item, at)),
    limit: reader.count(value.limit, '/limit'),
    offset: reader.count(value.offset, '/offset') ?? 0,
    timezone,
    fill: reader.flag(value.fill, '/fill'),
    totals: reader.flag(value.totals, '/totals'),
  };
  if (reader.problems.length > 0) throw refused(reader.problems);
  return parsed;
};

const refused = (problems: readonly Problem[]): DataMindError => {
  const [first] = problems;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return new DataMindError(
    'QUERY_INVALID',
    `The query${first!.at === '' ? '' : ` at ${first!.at}`} ${first!.message}${more}.`,
    {
      at: first!.at,
      errors: problems.map(({ at, message }) => ({ at, message })),
    },
  );
};
