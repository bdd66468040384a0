import { didYouMean } from '../../core/config/did-you-mean.js';
import { isQueryParserLoaded, parseQuery } from '../../core/sql/parse-query.js';
import { stripComments } from '../../core/sql/strip-comments.js';
import type { SourceText } from '../load/source-text.js';
import { childOf, type ScalarNode, type YamlNode } from '../load/yaml-node.js';
import type { Entity, EntitySource, Hierarchy, NamedFilter } from '../model/model.js';
import { compileDimension } from './compile-dimension.js';
import { compileExpression, expressionTexts, problemFinding, type Variant } from './compile-expression.js';
import { compileJoin, unknownEntity } from './compile-join.js';
import { compileMeasure } from './compile-measure.js';
import type { Declaration } from './declarations.js';
import type { Finding } from './diagnostic.js';
import type { EntityUnit } from './entity-unit.js';
import { parseTableName } from './parse-table-name.js';
import { asMap, deepFreeze, readDescribed, scalarAt, sortedRecord, textAt, textNodes } from './read-fields.js';

/** Names that mean something else wherever names are looked up. */
export const reservedNames: Readonly<Record<string, string>> = {
  metric_time: 'it stands for the time of each metric',
  subject: 'it stands for the user in policies',
};

/** Each query of a `sql` is one SELECT; comments are left out of it. Without the parser (see `loadQueryParser`) nothing is said. */
export const checkSql = (
  node: YamlNode,
  source: SourceText,
  report: (finding: Finding) => void,
): Extract<EntitySource, { kind: 'query' }> => {
  const texts = expressionTexts(node);
  for (const [variant, text] of texts) {
    if (!isQueryParserLoaded()) continue;
    const problem = parseQuery(text.text, variant);
    if (problem !== null) report(problemFinding(source, text, problem, 'SQL_SYNTAX'));
  }
  const stripped = (text: ScalarNode): string => {
    const found = stripComments(text.text);
    if ('text' in found) return found.text.trim();
    report(problemFinding(source, text, found.problem, 'SQL_SYNTAX'));
    return text.text.trim();
  };
  const sql = sortedRecord([...texts].map(([variant, text]): [Variant, string] => [variant, stripped(text)]));
  return { kind: 'query', sql };
};

const compileSource = (unit: EntityUnit): EntitySource | null => {
  const { body, source } = unit.declaration;
  const table = scalarAt(body, 'table');
  const sql = childOf(body, 'sql');
  if (table !== undefined && typeof table.value === 'string') {
    const from = parseTableName(table.text);
    if (from === undefined) {
      const message =
        'a table is written [catalog.]schema.table; a part with other characters stands in "double quotes"';
      unit.report('TABLE_NAME_INVALID', table, message);
      return null;
    }
    const tables = unit.world.tables(unit.declaration);
    if (tables === null || tables.find(from) !== undefined) return from;
    const meant = tables.suggest(from);
    const help = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
    const more = meant === undefined ? {} : { suggestion: meant };
    unit.report('TABLE_UNKNOWN', table, `the catalogue has no table \`${table.text}\`${help}`, more);
    return null;
  }
  if (sql === undefined || unit.declaration.refused.has(sql)) return null;
  const before = unit.findings.length;
  const from = checkSql(sql, source, (finding) => unit.findings.push(finding));
  return unit.findings.length === before ? from : null;
};

const compileFilter = (unit: EntityUnit, declaration: Declaration): NamedFilter | null => {
  const { body, broken } = declaration;
  const node = asMap(body) === undefined ? body : childOf(asMap(body)!, 'expr');
  if (broken || node === undefined) return null;
  const { expr } = compileExpression(node, unit.context(null), 'condition');
  return expr === null ? null : { ...readDescribed(declaration), expr };
};

const compileHierarchy = (unit: EntityUnit, declaration: Declaration): Hierarchy | null => {
  const { body, broken } = declaration;
  if (broken) return null;
  const described = readDescribed(declaration);
  const map = asMap(body);
  const parent = map && scalarAt(map, 'parent');
  if (map === undefined || parent === undefined) {
    const nodes = textNodes(map === undefined ? body : childOf(map, 'levels'));
    const levels = unit.dimensionNames(nodes, 'a level');
    const twice = nodes.find((node, index) => nodes.findIndex((other) => other.text === node.text) < index);
    if (twice !== undefined) {
      unit.report('HIERARCHY_INVALID', twice, `\`${twice.text}\` is a level twice; keep one`);
      return null;
    }
    return levels.length === nodes.length ? { ...described, kind: 'levels', levels } : null;
  }
  const display = scalarAt(map, 'display');
  const shown = display === undefined ? [] : unit.dimensionNames([display], '`display`');
  const step = unit.declaration.members.joins.has(parent.text) ? unit.step(parent.text) : undefined;
  if (step === null) return null;
  const selfJoins = [...unit.declaration.members.joins.keys()].filter((name) => unit.step(name)?.to === unit.name);
  if (step === undefined || step.to !== unit.name) {
    const meant = didYouMean(parent.text, selfJoins) ?? selfJoins[0];
    const help = meant === undefined ? `declare a join \`to: ${unit.name}\`` : `did you mean \`${meant}\`?`;
    unit.report('HIERARCHY_INVALID', parent, `\`${parent.text}\` is not a join of ${unit.name} to itself; ${help}`);
    return null;
  }
  if (step.cardinality !== 'many_to_one') {
    unit.report('HIERARCHY_INVALID', parent, `\`${parent.text}\` must be \`many_to_one\`: a member has one parent`);
    return null;
  }
  if (unit.key.length !== 1) {
    unit.report('HIERARCHY_INVALID', parent, `${unit.name} needs a key of one column: members are told apart by it`);
    return null;
  }
  if (display !== undefined && shown.length === 0) return null;
  return { ...described, kind: 'parent', parent: parent.text, display: shown[0] ?? null };
};

const checkNames = (unit: EntityUnit): void => {
  const { joins, dimensions, measures } = unit.declaration.members;
  for (const members of [joins, dimensions, measures]) {
    for (const { name, at } of members.values()) {
      const meaning = Object.hasOwn(reservedNames, name) ? reservedNames[name] : undefined;
      if (meaning !== undefined && !(name === 'subject' && members !== joins)) {
        unit.report('NAME_RESERVED', at, `\`${name}\` cannot be used as a name: ${meaning}`);
      }
    }
  }
  const clash = (later: Declaration, earlier: Declaration, what: string): void => {
    const related = [{ message: 'the other one', place: { source: earlier.source, ...earlier.at } }];
    unit.report('NAME_CLASH', later.at, `${unit.name} has a ${what} \`${later.name}\` already; choose another name`, {
      related,
    });
  };
  for (const measure of measures.values()) {
    const dimension = dimensions.get(measure.name);
    if (dimension !== undefined) clash(measure, dimension, 'dimension');
  }
  for (const dimension of dimensions.values()) {
    const join = joins.get(dimension.name);
    if (join !== undefined) clash(dimension, join, 'join');
  }
};

const checkDefaultTime = (unit: EntityUnit): void => {
  let first: Declaration | undefined;
  for (const declaration of unit.declaration.members.dimensions.values()) {
    const { body } = declaration;
    if (textAt(body, 'type') !== 'time' || scalarAt(body, 'default')?.value !== true) continue;
    if (first !== undefined) {
      const related = [{ message: 'the first one', place: { source: first.source, ...first.at } }];
      const message = `${unit.name} has a default time dimension already, \`${first.name}\`; keep \`default: true\` on one`;
      unit.report('DEFAULT_TIME_TWICE', declaration.at, message, { related });
    } else first = declaration;
  }
};

/** Entities that are said to lie beneath; `null`: nothing is said. */
const compileBeneath = (unit: EntityUnit): readonly string[] | null => {
  const node = childOf(unit.declaration.body, 'beneath');
  if (node === undefined || unit.declaration.refused.has(node)) return null;
  const names: string[] = [];
  for (const name of textNodes(node)) {
    if (name.text === unit.name) unit.report('ENTITY_UNKNOWN', name, `\`${name.text}\` cannot lie beneath itself`);
    else if (unit.consult(name.text) === undefined) unknownEntity(unit, name);
    else names.push(name.text);
  }
  return [...new Set(names)].sort();
};

/** Compiles every member. The unit's entity stays null when anything of it has an error. */
export const compileEntity = (unit: EntityUnit): void => {
  const { members, refused } = unit.declaration;
  checkNames(unit);
  checkDefaultTime(unit);
  const from = compileSource(unit);
  for (const node of unit.keyNodes) unit.checkColumn(node);
  const all = <Value>(
    declarations: ReadonlyMap<string, Declaration>,
    compile: (unit: EntityUnit, declaration: Declaration) => Value | null,
  ) =>
    sortedRecord(
      [...declarations.values()].flatMap((declaration): [string, Value][] => {
        const compiled = compile(unit, declaration);
        return compiled === null ? [] : [[declaration.name, compiled]];
      }),
    );
  const beneath = compileBeneath(unit);
  const joins = all(members.joins, compileJoin);
  const dimensions = all(members.dimensions, compileDimension);
  const measures = all(members.measures, compileMeasure);
  const filters = all(members.filters, compileFilter);
  const hierarchies = all(members.hierarchies, compileHierarchy);
  if (from === null || unit.hasErrors || refused.has(unit.declaration.body)) return;
  const entity: Entity = {
    ...readDescribed(unit.declaration),
    from,
    connection: textAt(unit.declaration.body, 'connection'),
    beneath,
    key: unit.key,
    joins,
    dimensions,
    measures,
    filters,
    hierarchies,
    default_time: unit.defaultTime,
  };
  unit.entity = deepFreeze(entity);
};
