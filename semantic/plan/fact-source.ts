import { DataMindError } from '../../core/errors/datamind-error.js';
import {
  column,
  compare,
  type QuerySource,
  type Source,
  type SourceJoin,
  type Sql,
  type TableSource,
} from '../../core/sql/statement.js';
import type { DialectExpr, Entity } from '../model/model.js';
import type { Step } from './join-graph.js';
import { checkZone, exprFor, freshAlias, pathsOf, type QueryContext } from './query-context.js';
import type { ResolvedDimension } from './resolve-member.js';

/** The rows of one fact, left-joined along each path that is asked for, each path once. */
export class FactSource {
  readonly root: string;
  readonly from: Source;
  readonly joins: SourceJoin[] = [];
  /** A to-many path is used, so that a row of the fact may be there more than once. */
  toMany = false;
  readonly #context: QueryContext;
  readonly #fact: Entity;
  readonly #taken: Set<string>;
  readonly #aliases = new Map<string, string>();
  readonly #own: Readonly<Record<string, string>>;

  /** @param around the source that this one stands within, whose names it must see and not hide */
  constructor(context: QueryContext, fact: Entity, around: FactSource | null = null) {
    this.#context = context;
    this.#fact = fact;
    this.#taken = around === null ? new Set() : around.#taken;
    this.root = this.#fresh(fact.name, fact);
    this.from = sourceOf(context, fact, this.root);
    this.#own = { '': this.root };
  }

  #fresh(wish: string, entity: Entity): string {
    const { members, dialect } = this.#context;
    return freshAlias(wish, entity, { model: members.model, dialect, taken: this.#taken });
  }

  /** The alias of what a path leads to. */
  alias(steps: readonly Step[]): string {
    let at = this.root;
    let key = '';
    for (const step of steps) {
      key += `/${step.id}`;
      const known = this.#aliases.get(key);
      if (known !== undefined) {
        at = known;
        continue;
      }
      const to = this.#context.members.entity(step.to);
      const alias = this.#fresh(step.name ?? step.to, to);
      const from = at;
      this.joins.push({
        kind: 'left',
        source: sourceOf(this.#context, to, alias),
        on: step.on.map((pair) => compare(column(alias, pair.to), '=', column(from, pair.from))),
      });
      if (step.toMany) this.toMany = true;
      this.#aliases.set(key, alias);
      at = alias;
    }
    return at;
  }

  /** An authored expression of an entity that a path leads to. */
  expression(steps: readonly Step[], entity: Entity, expr: DialectExpr, what: string): Sql {
    const tree = exprFor(expr, this.#context.dialect, what);
    const walked = pathsOf(tree);
    if (walked.length === 0) {
      return { kind: 'authored', expr: tree, aliases: steps.length === 0 ? this.#own : { '': this.alias(steps) } };
    }
    const aliases: Record<string, string> = { '': this.alias(steps) };
    for (const path of walked) aliases[path.join('.')] = this.alias([...steps, ...this.#walk(entity, path)]);
    return { kind: 'authored', expr: tree, aliases };
  }

  #walk(entity: Entity, path: readonly string[]): readonly Step[] {
    const { graph } = this.#context.members;
    const steps: Step[] = [];
    let at = entity.name;
    for (const name of path) {
      const walked = graph.join(at, name);
      if (walked === undefined) throw new Error(`the model has no join ${at}.${name}`);
      steps.push(...walked);
      at = walked.at(-1)!.to;
    }
    return steps;
  }

  /** A dimension as it is stored. */
  stored({ steps, entity, item, qualified }: ResolvedDimension): Sql {
    return this.expression(steps, entity, item.expr, qualified);
  }

  /** A dimension's value: for a time dimension the local one. */
  value(resolved: ResolvedDimension): Sql {
    const operand = this.stored(resolved);
    const { stores } = resolved.item;
    if (stores === null || stores === 'date') return operand;
    checkZone(this.#context, stores);
    return { kind: 'local_time', operand, stores, zone: this.#context.zone };
  }

  /** An expression of the fact itself, which walks to-one joins only. */
  own(expr: DialectExpr, what: string): Sql {
    const before = this.toMany;
    const sql = this.expression([], this.#fact, expr, what);
    if (this.toMany && !before) {
      throw new DataMindError(
        'WOULD_BE_WRONG',
        `"${what}" walks a join to many rows, so it would be counted several times.`,
      );
    }
    return sql;
  }
}

/** What is read for an entity: its table or its query, or what the hook puts in that place. */
export const sourceOf = (context: QueryContext, entity: Entity, alias: string): Source => {
  context.entities.add(entity.name);
  const source = plainSource(context, entity, alias);
  return context.relation === null ? source : context.relation(entity, source);
};

const plainSource = ({ dialect }: QueryContext, { name, from }: Entity, alias: string): TableSource | QuerySource => {
  if (from.kind === 'table') {
    const { catalog, schema, table } = from;
    return { kind: 'table', entity: name, catalog, schema, table, alias };
  }
  const text = from.sql[dialect] ?? from.sql.default;
  if (text === undefined) {
    throw new DataMindError('UNSUPPORTED_ON_DIALECT', `"${name}" is a query without a text for ${dialect}.`);
  }
  return { kind: 'query', entity: name, text, alias };
};
