/** SQL text of a user → the statement that is to be judged: parsed, bound to the tables of the model, policed. Touches no database. */
import type { ExpectedRelation } from '../../core/firewall/judge.js';
import type { NamePlace } from '../../core/plugin/contract.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { bindSql, foldKnown, type TableNames } from '../../core/sql/bind-sql.js';
import { capRows } from '../../core/sql/cap-rows.js';
import { parseSql } from '../../core/sql/parse-sql.js';
import { printRelation } from '../../core/sql/print-statement.js';
import type { Select } from '../../core/sql/statement.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { onlyWithin } from '../../semantic/model/view.js';
import { barrierOf } from '../../semantic/policy/barrier.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import type { Permission, Permitted, TableName } from '../../semantic/policy/permission.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { refuseOwnFunctions } from '../../semantic/policy/own-functions.js';
import { type PolicedSql, policeSql } from '../../semantic/policy/police-sql.js';
import { qualifyTables } from '../../semantic/policy/qualify-tables.js';
import { pathOf } from './proof.js';

export interface TextRequest {
  readonly model: Model;
  readonly subject: Subject;
  readonly connection: string;
  readonly dialect: TextDialect;
  readonly place: NamePlace;
  readonly now: number;
  readonly lineages: Lineages;
  /** The key of masked hashes. */
  readonly salt: string | null;
}

/** A table once, however many entities stand on it and however they spell its path. */
const knownTables = ({ model, connection, dialect, place }: TextRequest): readonly TableName[] => {
  const found = new Map<string, TableName>();
  for (const entity of Object.values(onlyWithin(model).entities)) {
    if (entity.from.kind !== 'table' || (entity.connection ?? connection) !== connection) continue;
    const { catalog, schema, table } = entity.from;
    const path = [catalog ?? place.catalog, schema ?? place.schema, table];
    const key = JSON.stringify(path.map((part) => (part === null ? null : foldKnown(part, dialect, 'relation'))));
    if (!found.has(key)) found.set(key, { catalog, schema, table });
  }
  return [...found.values()];
};

const namesMade = new WeakMap<Model, Map<string, TableNames<TableName>>>();

export const namesOf = (request: TextRequest): TableNames<TableName> => {
  const { model, connection, place } = request;
  let known = namesMade.get(model);
  if (known === undefined) {
    known = new Map();
    namesMade.set(model, known);
  }
  const key = JSON.stringify([connection, place]);
  let names = known.get(key);
  if (names === undefined) {
    names = { tables: knownTables(request), defaults: place };
    known.set(key, names);
  }
  return names;
};

const qualified = new WeakMap<Permitted, Map<string, Permitted>>();

/** The permission with every table under its schema: made here once more, so that what is expected is not the rewriter's word. */
const qualify = (permission: Permission, { place, dialect }: TextRequest): Permission => {
  if (permission.kind === 'closed') return permission;
  let known = qualified.get(permission);
  if (known === undefined) {
    known = new Map();
    qualified.set(permission, known);
  }
  const key = JSON.stringify([place, dialect]);
  let found = known.get(key);
  if (found === undefined) {
    found = { ...permission, relation: qualifyTables(permission.relation, place, dialect).select };
    known.set(key, found);
  }
  return found;
};

/** What the firewall may find in the place of a table: the relation with and without a barrier, and without heirs of the table. */
const expectedOf = (
  dialect: TextDialect,
  permissions: ReadonlyMap<TableName, Permitted>,
): readonly ExpectedRelation[] =>
  [...permissions].flatMap(([table, { relation }]) => {
    const only: Select = { ...relation, from: { ...relation.from, only: true } as Select['from'] };
    return [relation, only]
      .flatMap((each) => [each, { ...each, barrier: barrierOf(dialect, each) }])
      .map((each) => ({ table: pathOf(table), ...printRelation(dialect, each, 0) }));
  });

export interface PolicedText {
  readonly policed: PolicedSql;
  readonly expected: readonly ExpectedRelation[];
}

/** @param mostRows of the outer LIMIT; `null`: none is added @throws DataMindError */
export const policeText = (sql: string, mostRows: number | null, request: TextRequest): PolicedText => {
  const { model, subject, connection, dialect, now, lineages, salt } = request;
  const names = namesOf(request);
  const options = { dialect, now: new Date(now), lineages, salt, connection };
  const parsed = parseSql(mostRows === null ? sql : capRows(sql, dialect, mostRows), dialect);
  refuseOwnFunctions(parsed.uses, lineages.of(connection));
  const bound = bindSql(parsed, names);
  const permissions = new Map<TableName, Permitted>();
  const policed = policeSql(bound, names, (table) => {
    const permission = qualify(permittedRelation(model, table, subject, options), request);
    if (permission.kind === 'permitted') permissions.set(table, permission);
    return permission;
  });
  return { policed, expected: expectedOf(dialect, permissions) };
};
