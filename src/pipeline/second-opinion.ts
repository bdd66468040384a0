/** Asks a dialect's second parser: one of ours where there is one, else the database itself, which never runs the text. */
import { LRUCache } from 'lru-cache';
import type { Connector, DialectName } from '../../core/plugin/contract.js';
import { clickhouseOpinion, clickhouseTexts } from '../../core/sql/second-opinion/clickhouse.js';
import { duckdbOpinion } from '../../core/sql/second-opinion/duckdb.js';
import { type Opinion, opinionOf, type Policing, textsOf } from '../../core/sql/second-opinion/opinion.js';
import { loadPostgresParser, postgresOpinion } from '../../core/sql/second-opinion/postgres.js';
import { loadSqliteParser, sqliteOpinion } from '../../core/sql/second-opinion/sqlite.js';
import { atOnce } from './take-turns.js';

interface Asked {
  readonly texts: (policing: Policing) => readonly string[];
  readonly judge: (policing: Policing, answers: readonly string[]) => Opinion;
}

interface SecondParser {
  readonly load?: () => Promise<void>;
  readonly own?: (policing: Policing) => Opinion;
  readonly asked?: Asked;
}

const parsers: Readonly<Record<DialectName, SecondParser>> = {
  postgres: { load: loadPostgresParser, own: postgresOpinion },
  sqlite: { load: loadSqliteParser, own: sqliteOpinion },
  duckdb: { asked: { texts: textsOf, judge: duckdbOpinion } },
  clickhouse: { asked: { texts: clickhouseTexts, judge: clickhouseOpinion } },
  // Its tokens are judged more strictly instead.
  mysql: {},
  // Only planned statements run there.
  redshift: {},
  sqlserver: {},
  snowflake: {},
  bigquery: {},
};

/** What must be loaded before a dialect's statements can be judged. */
export const loadSecondParser = async (dialect: DialectName): Promise<void> => parsers[dialect].load?.();

/** What engines said of texts lately: the same relations occur in many statements. */
const answers = new WeakMap<Connector, LRUCache<string, string>>();
const mostAnswers = 2_000;
const longestKept = 20_000;

const ask = async (connector: Connector, text: string, signal: AbortSignal): Promise<string> => {
  let known = answers.get(connector);
  if (known === undefined) {
    known = new LRUCache({ max: mostAnswers });
    answers.set(connector, known);
  }
  const found = known.get(text);
  if (found !== undefined) return found;
  const answer = (await connector.opinion?.(text, signal)) ?? '';
  if (text.length <= longestKept) known.set(text, answer);
  return answer;
};

const askAll = async (connector: Connector, texts: readonly string[], signal: AbortSignal) => {
  const said = new Map<string, string>();
  // One after another: the database's sessions are for those who wait for rows.
  for (const each of texts) if (!said.has(each)) said.set(each, await ask(connector, each, signal));
  return texts.map((each) => said.get(each)!);
};

/** @returns `null` for a dialect that has no second parser @throws PluginError when the database cannot be asked */
export const secondOpinion = async (
  dialect: DialectName,
  policing: Policing,
  connector: Connector,
  signal: AbortSignal,
  turn = atOnce,
): Promise<Opinion | null> => {
  const { own, asked } = parsers[dialect];
  if (own !== undefined) {
    await loadSecondParser(dialect);
    return own(policing);
  }
  if (asked === undefined) return null;
  if (connector.opinion === undefined) return opinionOf('nobody', 'the connector cannot ask the database');
  return asked.judge(policing, await turn.outside(() => askAll(connector, asked.texts(policing), signal)));
};
