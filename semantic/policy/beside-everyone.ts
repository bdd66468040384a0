import { column, plainSelect, type Select, type Sql } from '../../core/sql/statement.js';
import type { PlannedColumn } from '../plan/query.js';
import type { Plan } from '../plan/plan.js';
import { type GroupPlan, withStatement } from './plan-groups.js';

/** The column of a metric over everyone's rows. */
const everyonesName = (metric: string): string => `${metric}__everyone`;

/**
 * A query over the subject's own rows, with the same over everyone's in a second column for each metric. A group in which
 * the subject has no rows has nulls in the first. When a group of the others is too small there are no rows at all.
 */
export const besideEveryone = (mine: Plan, groups: GroupPlan): Plan => {
  const { plain: theirs, guard } = groups;
  const [own, every] = [mine, theirs].map(({ statement }) => statement.query);
  if (own!.with.length > 0 || every!.with.length > 0 || own!.body.kind !== 'select' || every!.body.kind !== 'select')
    throw new Error('sums over groups are one plain select');
  const dimensions = mine.columns.filter(({ kind }) => kind === 'dimension').length;
  const metrics = mine.columns.slice(dimensions);
  const unlimited = (body: Select): Select => ({ ...body, order: [], limit: null, offset: 0 });
  const names = mine.columns.map(({ name }) => name);
  const side = (body: Select, alias: string, isMine: boolean): Select => {
    const value = (name: string): Sql => column(alias, name);
    const nothing: Sql = { kind: 'null', type: 'number' };
    return plainSelect(
      [
        ...names.slice(0, dimensions).map((as) => ({ as, value: value(as) })),
        ...metrics.flatMap(({ name }) => [
          { as: name, value: isMine ? value(name) : nothing },
          { as: everyonesName(name), value: isMine ? nothing : value(name) },
        ]),
      ],
      { kind: 'derived', query: unlimited(body), alias },
    );
  };
  const columns: readonly PlannedColumn[] = [
    ...mine.columns.slice(0, dimensions),
    ...metrics.flatMap((metric) => [
      metric,
      { ...metric, name: everyonesName(metric.name), label: `${metric.label}, everyone` },
    ]),
  ];
  const together: Select = {
    ...plainSelect(
      columns.map(({ name, kind }) => ({
        as: name,
        value:
          kind === 'dimension'
            ? column('sides', name)
            : { kind: 'aggregate', function: 'max', operand: column('sides', name), at: null },
      })),
      {
        kind: 'derived',
        query: {
          kind: 'union',
          distinct: false,
          parts: [side(own!.body, 'mine', true), side(every!.body, 'everyones', false)],
        },
        alias: 'sides',
      },
    ),
    group: dimensions,
  };
  const { order, limit, offset } = own!.body;
  const body: Select = {
    ...plainSelect(
      columns.map(({ name }) => ({ as: name, value: column('groups', name) })),
      { kind: 'derived', query: together, alias: 'groups' },
    ),
    joins: [guard.join],
    where: [guard.condition],
    order: order.map((item) => ({
      ...item,
      column: item.column < dimensions ? item.column : dimensions + 2 * (item.column - dimensions),
      notNull: false,
    })),
    limit,
    offset,
  };
  return withStatement(
    { ...mine, columns, entities: [...new Set([...mine.entities, ...theirs.entities])].sort() },
    body,
  );
};
