/** Random models: entities in random shapes of joins, with dimensions, measures and metrics of every kind. */
import fc from 'fast-check';
import type {
  AuthoredDimension,
  AuthoredEntity,
  AuthoredHierarchy,
  AuthoredJoin,
  AuthoredMeasure,
  AuthoredMetric,
  AuthoredModel,
} from '../reference/authored-model.js';
import type { ColumnType } from '../reference/data.js';
import { type Leaf, leavesOf, metricTree } from '../reference/metric-tree.js';
import { again, choice, choices, isChosen, pick } from './pick.js';

const entityNames = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'] as const;

/** What a table is like, for making rows and for DDL. */
export interface TableShape {
  readonly entity: string;
  readonly table: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly keyed: boolean;
  readonly composite: boolean;
  /** Column of a reference to another table's `id`; `unique` for one-to-one. */
  readonly references: readonly { readonly column: string; readonly to: string; readonly unique: boolean }[];
}

export interface RandomModel {
  readonly model: AuthoredModel;
  readonly shapes: readonly TableShape[];
}

export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'America/Havana',
  'Asia/Beirut',
  'Australia/Lord_Howe',
] as const;
const weekdays = ['monday', 'sunday', 'saturday', 'wednesday', 'tuesday', 'thursday', 'friday'] as const;
const fiscalStarts = [1, 'april', 7, 'october', 2, 12] as const;

const plainColumns: Readonly<Record<string, ColumnType>> = {
  id: 'integer',
  part: 'integer',
  s1: 'string',
  s2: 'string',
  n1: 'integer',
  n2: 'bigint',
  d1: 'decimal',
  f1: 'float',
  b1: 'boolean',
  t_date: 'date',
  t_local: 'timestamp',
  t_utc: 'timestamp',
  t_instant: 'instant',
};

const entityBlueprint = fc.record({
  key: choice,
  time: choice,
  dimensions: choices(1, 6),
  measures: choices(1, 4),
  hierarchy: choice,
});

export const modelBlueprint = fc.record({
  project: choice,
  entities: fc.array(entityBlueprint, { minLength: 2, maxLength: 6, size: 'max' }),
  joins: choices(1, 8),
  metrics: choices(2, 9),
});

type Blueprint = typeof modelBlueprint extends fc.Arbitrary<infer T> ? T : never;

interface Draft {
  readonly name: string;
  /** The first letter: what makes names of members unique. */
  readonly letter: string;
  readonly keyed: boolean;
  readonly composite: boolean;
  readonly joins: Record<string, AuthoredJoin>;
  readonly references: { column: string; to: string; unique: boolean }[];
  readonly columns: Record<string, ColumnType>;
}

const timeColumns = { date: 't_date', local: 't_local', utc: 't_utc', instant: 't_instant' } as const;
const stores = ['instant', 'date', 'local', 'utc'] as const;

const toOneJoins = (draft: Draft): readonly (readonly [string, AuthoredJoin])[] =>
  Object.entries(draft.joins).filter(([, { cardinality }]) =>
    ['many_to_one', 'one_to_one'].includes(cardinality ?? 'many_to_one'),
  );

function dimensionTemplates(draft: Draft): readonly (readonly [string, AuthoredDimension])[] {
  const { letter } = draft;
  const walked = toOneJoins(draft).flatMap(([join]): (readonly [string, AuthoredDimension])[] => [
    [`${letter}_via_${join}`, { type: 'string', expr: `${join}.s1` }],
    [`${letter}_plus_${join}`, { type: 'number', expr: `n1 + coalesce(${join}.n1, 100)` }],
  ]);
  const size: AuthoredDimension = {
    type: 'string',
    case: [
      ['d1 < 5', 'small'],
      ['d1 < 50 and not b1', 'middle'],
    ].map(([when, then]) =>
      Object.fromEntries([
        ['when', when],
        ['then', then],
      ]),
    ) as unknown as NonNullable<AuthoredDimension['case']>,
    else: 'large',
  };
  return [
    [`${letter}_text`, { type: 'string', expr: 's1' }],
    [`${letter}_number`, { type: 'number', expr: 'n1' }],
    ['name', { type: 'string', expr: 's2' }],
    [`${letter}_flag`, { type: 'boolean', expr: 'b1' }],
    [`${letter}_size`, size],
    ['s1', { type: 'string' }],
    [`${letter}_decimal`, { type: 'number', expr: 'd1' }],
    [`${letter}_big`, { type: 'number', expr: 'n2' }],
    [`${letter}_known`, { type: 'string', expr: "coalesce(s1, '?') || '/' || coalesce(s2, '')" }],
    [`${letter}_cut`, { type: 'string', expr: 'substring(s1, 1, 1)' }],
    [`${letter}_length`, { type: 'number', expr: 'length(s1)' }],
    [`${letter}_high`, { type: 'boolean', expr: 'n1 between 2 and 4 or d1 > 20' }],
    [`${letter}_rest`, { type: 'number', expr: 'n1 % 3 - abs(-2)' }],
    [`${letter}_month`, { type: 'time', stores: 'date', expr: 'date_trunc(month, t_local)' }],
    ...walked,
  ];
}

/** @param plainTime a dimension that is a date or a local time, if there is one */
function measureTemplates(
  draft: Draft,
  semiOver: string,
  plainTime: string | null,
): readonly (readonly [string, AuthoredMeasure])[] {
  const { letter } = draft;
  const walked = toOneJoins(draft).map(([join]): readonly [string, AuthoredMeasure] => [
    `${letter}_sum_${join}`,
    { sum: `${join}.n1` },
  ]);
  const semi = (take: 'first' | 'last', per: readonly string[]): AuthoredMeasure => ({
    sum: 'n1',
    semi_additive: { over: semiOver, take, per },
  });
  return [
    [`${letter}_count`, { count: '*' }],
    [`${letter}_sum`, { sum: 'd1' }],
    [`${letter}_sum_where`, { sum: 'n1', where: "s1 <> 'b'" }],
    ['total', { sum: 'n1' }],
    [`${letter}_stock`, semi('last', [])],
    [`${letter}_average`, { average: 'd1' }],
    [`${letter}_distinct`, { count_distinct: 's1' }],
    [`${letter}_median`, { median: 'n1' }],
    [`${letter}_p90`, { percentile: 'd1', at: 0.9 }],
    [`${letter}_min`, { min: 'd1' }],
    [`${letter}_max`, { max: 'n2' }],
    ...(plainTime === null
      ? []
      : ([
          [`${letter}_first`, { min: plainTime }],
          [`${letter}_latest`, { max: plainTime }],
        ] as const)),
    [`${letter}_count_if`, { count_if: 'n1 > 2' }],
    [`${letter}_count_known`, { count: 'n1' }],
    [`${letter}_stock_per`, { ...semi('last', ['s1']), where: 'b1' }],
    [`${letter}_opening`, semi('first', ['n2', 's2'])],
    [`${letter}_default`, { sum: 'd1', where: 'n1 > 3', default: 0 }],
    [`${letter}_float`, { sum: 'f1' }],
    [`${letter}_product`, { sum: 'd1 * n1 - 1' }],
    [`${letter}_ratio`, { average: 'n1 / n2' }],
    [`${letter}_approx`, { approx_distinct: 'n1' }],
    [`${letter}_distinct_n`, { count_distinct: 'd1', where: 'not b1' }],
    [`${letter}_where_or`, { count: '*', where: "s1 like 'a%' or n1 in (1, 3) or t_date >= date '2024-03-01'" }],
    [`${letter}_sum_big`, { sum: 'n2' }],
    [`${letter}_case`, { sum: 'case when b1 then d1 else 0 end' }],
    // Numbers of unlike types, of which one is chosen.
    [`${letter}_either`, { sum: 'case when b1 then n1 + 0 else d1 end' }],
    [`${letter}_or_float`, { sum: 'coalesce(n1 - 1, f1)' }],
    [`${letter}_least`, { max: 'least(n1 * 2, f1)' }],
    ...walked,
  ];
}

/** Adds one join, or nothing where it does not fit. */
function addJoin(drafts: readonly Draft[], by: number): void {
  const from = pick(drafts, by);
  const to = pick(drafts, again(by, 1));
  const kind = pick(['to_one', 'to_one', 'to_one', 'from_many', 'both', 'inverse', 'one_to_one', 'self'], again(by, 2));
  const target = kind === 'self' ? from : to;
  if (!target.keyed || (kind !== 'self' && from === to)) return;
  const number = from.references.length + 1;
  const column = `fk${number}`;
  from.columns[column] = 'integer';
  from.references.push({ column, to: target.name, unique: kind === 'one_to_one' });
  if (target.composite) from.columns[`${column}_part`] = 'integer';
  const name = kind === 'self' ? `parent${number}` : `${from.letter}${number}_${target.name}`;
  const own: Record<string, string> = target.composite
    ? { [column]: 'id', [`${column}_part`]: 'part' }
    : { [column]: 'id' };
  const mirrored = Object.fromEntries(Object.entries(own).map(([mine, theirs]) => [theirs, mine]));
  const back = `${target.letter}${number}_back_${from.name}`;
  const on = target.composite ? own : column;
  const backwards: AuthoredJoin = { to: from.name, cardinality: 'one_to_many', on: mirrored };
  if (kind === 'from_many') {
    target.joins[back] = backwards;
    return;
  }
  from.joins[name] = {
    to: target.name,
    on,
    ...(kind === 'one_to_one' ? { cardinality: 'one_to_one' as const } : {}),
    ...(kind === 'inverse' || kind === 'self' ? { inverse: back } : {}),
    ...(isChosen(again(by, 5), 15) ? { role: true } : {}),
  };
  if (kind === 'both') target.joins[back] = backwards;
}

/** A many-to-many join through an entity that points at two others. */
function addBridge(drafts: readonly Draft[], by: number): void {
  const options = drafts.flatMap((bridge) => {
    const joins = toOneJoins(bridge).filter(([, { to }]) => to !== bridge.name);
    return joins.flatMap(([first, one]) =>
      joins.flatMap(([second, other]) => (one.to === other.to ? [] : [{ bridge, first, one, second, other }])),
    );
  });
  if (options.length === 0) return;
  const { bridge, first, one, second, other } = pick(options, again(by, 3));
  const from = drafts.find(({ name }) => name === one.to)!;
  from.joins[`through_${bridge.name}_${other.to}`] = {
    to: other.to,
    cardinality: 'many_to_many',
    through: { entity: bridge.name, from_join: first, to_join: second },
    ...(isChosen(again(by, 4), 40) ? { inverse: `back_${bridge.name}_${from.name}` } : {}),
  };
}

function buildEntity(draft: Draft, blueprint: Blueprint['entities'][number]): AuthoredEntity {
  const { letter } = draft;
  const picked = blueprint.dimensions.map((by) => pick(dimensionTemplates(draft), by));
  const store = pick(stores, blueprint.time);
  const main = `${letter}_time`;
  const others = stores.filter(
    (other) => other !== store && isChosen(again(blueprint.time, stores.indexOf(other) + 3), 30),
  );
  const times = others.map((other): readonly [string, AuthoredDimension] => [
    `${letter}_${other}`,
    { type: 'time', stores: other, expr: timeColumns[other] },
  ]);
  const hasTime = !isChosen(again(blueprint.time, 2), 12);
  const dimensions = Object.fromEntries([
    ...picked,
    ...(hasTime ? [[main, { type: 'time', stores: store, expr: timeColumns[store], default: true }] as const] : []),
    ...times,
  ]);
  const plainTime = Object.entries(dimensions).find(
    ([name, { stores: kind }]) => !name.endsWith('_month') && (kind === 'date' || kind === 'local'),
  );
  const templates = measureTemplates(draft, hasTime ? main : (times[0]?.[0] ?? ''), plainTime?.[0] ?? null);
  const usable = templates.filter(([, measure]) => !measure.semi_additive || hasTime || times.length > 0);
  const measures = Object.fromEntries(
    blueprint.measures.map((by) => {
      const [name, measure] = pick(usable, by);
      const other = times[0]?.[0];
      const late = other !== undefined && isChosen(again(by, 5), 15);
      if (late) return [`${name}_late`, { ...measure, time: other }] as const;
      const isTimeless = hasTime && !measure.semi_additive && isChosen(again(by, 6), 6);
      return isTimeless ? ([`${name}_now`, { ...measure, time: 'none' }] as const) : ([name, measure] as const);
    }),
  );
  const texts = Object.entries(dimensions).filter(([, { type }]) => type === 'string' || type === 'number');
  const parent = Object.entries(draft.joins).find(([, join]) => join.to === draft.name && !join.cardinality);
  const hierarchies: Record<string, AuthoredHierarchy> = {};
  if (isChosen(blueprint.hierarchy, 60) && texts.length >= 2)
    hierarchies[`${letter}_levels`] = texts.slice(0, 3).map(([name]) => name);
  if (parent && !draft.composite) hierarchies[`${letter}_tree`] = { parent: parent[0] };
  return {
    table: `pt_${draft.name}`,
    ...(draft.keyed ? { key: draft.composite ? ['id', 'part'] : 'id' } : {}),
    ...(Object.keys(draft.joins).length > 0 ? { joins: draft.joins } : {}),
    dimensions,
    measures,
    filters: { [`${letter}_few`]: 'n1 < 3', [`${letter}_other`]: { expr: "not (s1 = 'a') or b1" } },
    ...(Object.keys(hierarchies).length > 0 ? { hierarchies } : {}),
  };
}

/** The time dimension of a leaf's measure. */
export const timeOf = (model: AuthoredModel, { entity, measure }: Leaf): string | null => {
  const { measures, dimensions = {} } = model.entities[entity]!;
  const own = measures![measure]!.time;
  if (own === 'none') return null;
  return own ?? Object.entries(dimensions).find(([, body]) => body.default)?.[0] ?? null;
};

/** Names by which measures can be used in metrics: qualified, because a bare name may be shared. */
const measureNames = (
  entities: Readonly<Record<string, AuthoredEntity>>,
  fits: (measure: AuthoredMeasure) => boolean,
): readonly string[] =>
  Object.entries(entities).flatMap(([entity, { measures }]) =>
    Object.entries(measures ?? {}).flatMap(([name, measure]) => (fits(measure) ? [`${entity}.${name}`] : [])),
  );

/** Whether what a measure is of is a time dimension of {@link buildEntity}. */
export const isTimeName = (expr: string | undefined): boolean => /^[a-z]_(time|date|local)$/.test(expr ?? '');

const isNumber = (measure: AuthoredMeasure): boolean => !isTimeName(measure.min) && !isTimeName(measure.max);

/** From what a metric may be made. */
interface Pools {
  readonly measures: readonly string[];
  readonly metrics: readonly string[];
  /** Those that have a time. */
  readonly timed: readonly string[];
  /** Simple ones that have a time and may be added up over it. */
  readonly cumulated: readonly string[];
}

function buildMetric(
  entities: Readonly<Record<string, AuthoredEntity>>,
  { measures, metrics, timed, cumulated }: Pools,
  by: number,
): readonly [string, AuthoredMetric] | null {
  const one = pick(metrics, again(by, 1));
  const two = pick(metrics, again(by, 2));
  const simple = pick(measures, again(by, 1));
  const added = pick(cumulated, again(by, 3));
  const period = pick(['2 days', '1 month', '7 days', '1 quarter', '3 weeks', '1 year', '36 hours'], again(by, 4));
  const grain = pick(['year', 'month', 'fiscal_year', 'quarter', 'week', 'fiscal_quarter'], again(by, 5));
  const against = pick(
    ['previous year', 'previous month', '1 year', 'previous year', '1 quarter', 'previous week', '2 days', '3 months'],
    again(by, 6),
  );
  const counts = measureNames(entities, (measure) => measure.count === '*').filter((name) => timed.includes(name));
  const formula = pick(
    [
      `${one} - ${two}`,
      `coalesce(${one}, 0) + ${two} * 2`,
      `${one} / nullif(${two}, 0)`,
      `(${one} + 1) / (${two} - 1)`,
      `abs(-${one})`,
      `least(${one}, ${two})`,
      `greatest(${one}, 3) - -${two}`,
      `coalesce(${one}, ${two}) + 0.5`,
      `greatest(${one}, ${two}, 0.25)`,
    ],
    again(by, 7),
  );
  const where = pick(["s1 = 'a'", 'n1 >= 2', 'b1', "s1 is null or s2 like '%b%'"], again(by, 8));
  const as = pick(['difference', 'percent', 'previous'] as const, again(by, 9));
  const when = <T>(has: boolean, metric: T): T | null => (has ? metric : null);
  const all: readonly (AuthoredMetric | null)[] = [
    { measure: simple, where },
    { ratio: [one, two] },
    { formula },
    when(cumulated.length > 0, { running: added }),
    when(timed.length > 0, { change: pick(timed, again(by, 3)), against, as }),
    when(cumulated.length > 0, { rolling: added, over: period }),
    when(cumulated.length > 0, { to_date: added, over: grain }),
    { measure: simple, where, default: 7 },
    when(counts.length > 0, {
      conversion: {
        from: pick(counts, again(by, 10)),
        to: pick(counts, again(by, 11)),
        by: pick<string | Record<string, string>>(['n1', { s1: 's2' }, { id: 'n1' }], again(by, 12)),
        within: pick(['30 days', '1 month', '12 hours'], again(by, 13)),
        as: pick(['count', 'rate'] as const, again(by, 14)),
      },
    }),
  ];
  const metric = pick(all, by);
  return metric && [`metric_${by}`, metric];
}

export function buildModel(blueprint: Blueprint): RandomModel {
  const drafts = blueprint.entities.map(({ key }, at): Draft => {
    const keyed = !isChosen(key, 15);
    return {
      name: entityNames[at]!,
      letter: entityNames[at]![0]!,
      keyed,
      composite: keyed && isChosen(again(key, 1), 12),
      joins: {},
      references: [],
      columns: { ...plainColumns },
    };
  });
  for (const by of blueprint.joins) (isChosen(again(by, 15), 15) ? addBridge : addJoin)(drafts, by);
  const entities = Object.fromEntries(
    drafts.map((draft, at) => [draft.name, buildEntity(draft, blueprint.entities[at]!)]),
  );
  const measures = measureNames(entities, isNumber);
  const metrics: Record<string, AuthoredMetric> = {};
  for (const by of blueprint.metrics) {
    if (measures.length === 0) break;
    const model = { entities, metrics };
    const leaves = (name: string): readonly Leaf[] => leavesOf(metricTree(model, name));
    // Later metrics may stand on earlier ones.
    const earlier = Object.keys(metrics).filter((name) => {
      const isMoved = leaves(name).some(({ window, offset }) => window !== null || offset !== null);
      return !isMoved || ('running' in metrics[name]! && isChosen(by, 50));
    });
    const timed = [...measures, ...earlier].filter((name) =>
      leaves(name).every((leaf) => timeOf(model, leaf) !== null),
    );
    const cumulated = timed.filter((name) => {
      const isSimple = measures.includes(name) || 'measure' in metrics[name]!;
      const isSemiAdditive = leaves(name).some((leaf) => entities[leaf.entity]!.measures![leaf.measure]!.semi_additive);
      return isSimple && !isSemiAdditive;
    });
    const built = buildMetric(entities, { measures, metrics: [...measures, ...earlier], timed, cumulated }, by);
    if (built) metrics[built[0]] = built[1];
  }
  const project = blueprint.project;
  return {
    model: {
      project: {
        name: 'Random',
        timezone: pick(zones, project),
        week_start: pick(weekdays, again(project, 1)),
        fiscal_year_start: pick(fiscalStarts, again(project, 2)),
      },
      entities,
      metrics,
    },
    shapes: drafts.map(({ name, keyed, composite, columns, references }) => ({
      entity: name,
      table: `pt_${name}`,
      columns,
      keyed,
      composite,
      references,
    })),
  };
}
