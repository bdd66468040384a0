/**
 * How long governance takes: SQL of users from text to a judged statement, warm, each text another one; and a point look-up
 * on PostgreSQL under policy against the bare one.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFirewall } from '../../core/firewall/create-firewall.js';
import { judge } from '../../core/firewall/judge.js';
import { packageRoot } from '../../core/package-root.js';
import type { Connector, PluginModule } from '../../core/plugin/contract.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { createQueryPreparer } from '../../src/pipeline/prepare-query.js';
import { createReach } from '../../src/pipeline/reach.js';
import { createSqlPreparer } from '../../src/pipeline/prepare-sql.js';
import { type PolicedText, policeText } from '../../src/pipeline/police-text.js';
import { loadSecondParser, secondOpinion } from '../../src/pipeline/second-opinion.js';
import type { TestEngine } from '../engines/engine.js';
import { type OpenConnector, withConnector } from '../engines/open-connector.js';
import { dialects, isMissing, startEngine } from '../engines/start-engine.js';
import { placeOf } from '../security/place-of.js';
import { shapeNamed } from '../security/shapes.js';
import { createWorld, plainTables } from '../security/world.js';
import { tableStatements } from '../property/write-tables.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

export const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** A number that no other text has, so that nothing is remembered of it. */
type Text = (fresh: number) => string;

const oneTable: Text = (fresh) =>
  `select id, status, amount from orders where status = 'paid' and amount > ${fresh} order by amount desc limit 10`;
const threeTables: Text = (fresh) =>
  `select c.name, count(*) as n, sum(o.amount) as revenue from customers c join orders o on o.customer_id = c.id join employees e on e.id = c.id where o.status = 'paid' and o.id > ${fresh} group by c.name order by revenue desc limit 10`;

export interface GovernTimes {
  readonly dialect: string;
  /** Milliseconds at the median: parsed, bound, policed, printed, judged. */
  readonly one: number;
  readonly three: number;
  /** The second parser on three joined tables; `null` where there is none. Asked of the engine, or our own. */
  readonly opinion: number | null;
  readonly asksEngine: boolean;
  /** Milliseconds at the median when the same was asked before with the same fingerprint. */
  readonly seen: number;
  /** Milliseconds at the median to prepare a planned query that was asked before with another value in its filter. */
  readonly refiltered: number;
}

/** The tables are all on the one connection. */
const lineages: Lineages = { ...onlyTables, nameOf: (connection) => connection ?? 'shop' };

const rounds = 300;

const timesOf = async (engine: TestEngine, { connector }: OpenConnector): Promise<GovernTimes> => {
  const { dialect } = engine;
  const { model, subject } = await createWorld(dialect, shapeNamed('equals'));
  const signal = new AbortController().signal;
  const place = placeOf[dialect];
  const police = (sql: string): PolicedText =>
    policeText(sql, 10_001, {
      model,
      subject,
      connection: 'shop',
      dialect,
      place,
      now: Date.now(),
      salt: null,
      lineages,
    });
  let fresh = 0;
  const measure = (text: Text): number => {
    const times: number[] = [];
    for (let round = -600; round < rounds; round += 1) {
      fresh += 1;
      const sql = text(fresh);
      const start = performance.now();
      const { policed, expected } = police(sql);
      const verdict = judge({ dialect, text: policed.text, parameters: policed.parameters, expected });
      if (round >= 0) times.push(performance.now() - start);
      if (verdict.verdict === 'refuse') throw new Error(`${dialect}: ${verdict.message}\n${policed.text}`);
    }
    return median(times);
  };
  const opinions: number[] = [];
  for (let round = -20; round < 60; round += 1) {
    fresh += 1;
    const { policing } = police(threeTables(fresh)).policed;
    const start = performance.now();
    const opinion = await secondOpinion(dialect, policing, connector, signal);
    if (opinion !== null && round >= 0) opinions.push(performance.now() - start);
  }
  const configured = { connectors: new Map([['shop', connector]]), defaultConnection: 'shop', statuses: () => [] };
  const parts = {
    reachOf: createReach({ configured }),
    firewall: createFirewall(),
    now: Date.now,
    salt: null,
    keep: () => undefined,
    lineages: { read: async () => lineages },
  };
  const prepare = createSqlPreparer(parts);
  const prepareQuery = createQueryPreparer(parts);
  const refiltered: number[] = [];
  for (let round = -100; round < rounds; round += 1) {
    fresh += 1;
    const filters = { member: 'orders.amount', op: 'gt', values: [fresh] } as const;
    const query = { dimensions: ['orders.status', 'customers.name'], filters };
    const start = performance.now();
    await prepareQuery({ model, query, subject, connection: 'shop', signal });
    if (round >= 0) refiltered.push(performance.now() - start);
  }
  const request = { model, subject, sql: threeTables(0), limit: 10_000, correlationId: 'bench', signal };
  const seen: number[] = [];
  for (let round = -200; round < 1000; round += 1) {
    const start = performance.now();
    await prepare(request);
    if (round >= 0) seen.push(performance.now() - start);
  }
  return {
    dialect,
    one: measure(oneTable),
    three: measure(threeTables),
    opinion: opinions.length === 0 ? null : median(opinions),
    asksEngine:
      connector.opinion !== undefined && opinions.length > 0 && (dialect === 'duckdb' || dialect === 'clickhouse'),
    seen: median(seen),
    refiltered: median(refiltered),
  };
};

export const loadPlugin = async (engine: TestEngine): Promise<PluginModule<Connector, unknown>> => {
  const path = join(packageRoot(), 'dist', engine.plugin, 'index.js');
  const { default: module } = (await import(pathToFileURL(path).href)) as { default: PluginModule<Connector, unknown> };
  return module;
};

/** On each engine that is here. */
export const measureGoverning = async (): Promise<readonly GovernTimes[]> => {
  await loadQueryParser();
  const found: GovernTimes[] = [];
  for (const dialect of dialects) {
    const engine = await startEngine(dialect);
    if (isMissing(engine)) {
      console.log(`skipped on ${dialect}: ${engine.missing}`);
      continue;
    }
    await loadSecondParser(dialect);
    await engine.admin(
      ...Object.entries(plainTables).flatMap(([name, table]) => tableStatements(dialect, name, table)),
    );
    const module = (await loadPlugin(engine)) as PluginModule<Connector, never>;
    found.push(await withConnector(module, engine.config, (open) => timesOf(engine, open)));
  }
  return found;
};

const lookupModel = `
project: { name: Shop, version: 1 }
---
entity: buyers
table: public.buyers
key: id
dimensions: { id: { type: number }, region: { type: string } }
---
entity: sales
table: public.sales
key: id
joins: { buyer: { to: buyers, on: buyer_id } }
dimensions: { id: { type: number }, buyer_id: { type: number }, region: { type: string }, amount: { type: number }, note: { type: string } }
---
policies:
`;

const lookupPolicies: Readonly<Record<string, string>> = {
  'a column in a list': `
  - name: own
    for: everyone
    on: sales
    rows: region in subject.regions
    columns: { note: { mask: null } }`,
  'a joined table': `
  - name: own
    for: everyone
    on: buyers
    rows: region in subject.regions
    follows: [sales.buyer]`,
};

export interface LookupTimes {
  readonly policy: string;
  /** Milliseconds at the median, through the connector: first byte asked to last row read. */
  readonly bare: number;
  readonly governed: number;
}

const lookupSubject: Subject = createSubject({ user: 'mia', attributes: { regions: ['EU', 'US'] } });

const lookUp = async (
  open: OpenConnector,
  model: Model,
): Promise<{ readonly bare: number; readonly governed: number }> => {
  const asked = (id: number): string => `select id, amount, note from sales where id = ${id}`;
  const governed = (id: number) => {
    const context = {
      connection: 'shop',
      dialect: 'postgres',
      now: Date.now(),
      salt: null,
      lineages,
    } as const;
    const { policed } = policeText(asked(id), null, {
      ...context,
      model,
      subject: lookupSubject,
      place: placeOf.postgres,
    });
    if (policed.tables.some(({ barrier }) => barrier !== null)) throw new Error('a point look-up needs no barrier');
    return policed;
  };
  const bareTimes: number[] = [];
  const governedTimes: number[] = [];
  for (let round = -100; round < 600; round += 1) {
    const id = ((round + 100) * 397 + 7) % 300_000;
    const { text, parameters } = governed(id);
    const start = performance.now();
    await open.ask(asked(id));
    const middle = performance.now();
    await open.ask(text, {}, parameters);
    if (round < 0) continue;
    bareTimes.push(middle - start);
    governedTimes.push(performance.now() - middle);
  }
  return { bare: median(bareTimes), governed: median(governedTimes) };
};

/** 300,000 rows; `null` where there is no PostgreSQL. */
export const measureLookup = async (): Promise<readonly LookupTimes[] | null> => {
  await loadQueryParser();
  const engine = await startEngine('postgres');
  if (isMissing(engine)) {
    console.log(`skipped: ${engine.missing}`);
    return null;
  }
  await engine.admin(
    'drop table if exists sales, buyers',
    'create table buyers (id integer primary key, region text)',
    "insert into buyers select n, (array['EU', 'US', 'APAC', 'CN'])[1 + n % 4] from generate_series(0, 29999) n",
    'create table sales (id integer primary key, buyer_id integer, region text, amount numeric(12, 2), note text)',
    "insert into sales select n, n % 30000, (array['EU', 'US', 'APAC', 'CN'])[1 + n % 4], n * 1.25, 'note ' || n from generate_series(0, 299999) n",
    'create index on sales (buyer_id)',
    'grant select on sales, buyers to public',
    'analyze sales',
    'analyze buyers',
  );
  const module = (await loadPlugin(engine)) as PluginModule<Connector, never>;
  return withConnector(module, engine.config, async (open) => {
    const found: LookupTimes[] = [];
    for (const [policy, yaml] of Object.entries(lookupPolicies)) {
      const { model } = compile(new Map([['shop.yaml', lookupModel + yaml]]));
      found.push({ policy, ...(await lookUp(open, model!)) });
    }
    return found;
  });
};
