import type { EntitySchema, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Engine } from './engine.js';
import type { Reader } from './store.js';

/** The query string of a list: `limit`, `offset`, `sort` (a minus in front reverses), `q`. */
export interface ListRequest {
  readonly limit?: number;
  readonly offset?: number;
  readonly sort?: string;
  readonly q?: string;
}

export interface ListRules<Row> {
  /** Field of the query string → property of the row. What is not here cannot be sorted by. */
  readonly sortable: Readonly<Record<string, keyof Row & string>>;
  /** How it is sorted when nobody says: a field of `sortable`, with a minus for the reverse. */
  readonly sortedBy: string;
  /** Properties of texts that `q` is looked for in. */
  readonly searched: readonly (keyof Row & string)[];
  /** Ends the order of equals, so that pages neither repeat nor miss a row. */
  readonly key: keyof Row & string;
}

export interface Listed<Row> {
  readonly data: readonly Row[];
  /** How many match in all. */
  readonly count: number;
}

/** ICU's root collation folds the case of every script. */
const folded: Readonly<Record<Engine, (column: string) => string>> = {
  sqlite: (column) => `fold_case(${column})`,
  postgres: (column) => `lower(${column} collate "und-x-icu")`,
};

const sortOf = <Row>({ sortable, sortedBy }: ListRules<Row>, sort: string = sortedBy) => {
  const field = sort.replace(/^-/, '');
  const property = Object.hasOwn(sortable, field) ? sortable[field] : undefined;
  if (property !== undefined) return { property, direction: sort.startsWith('-') ? 'DESC' : 'ASC' } as const;
  const fields = Object.keys(sortable);
  const meant = didYouMean(field, fields);
  throw new DataMindError('BAD_REQUEST', `The list cannot be sorted by "${field}".`, {
    suggestions: meant === undefined ? fields : [meant],
    at: 'sort',
  });
};

/**
 * One page of a table, and how many rows match.
 * @param narrow adds the conditions that always hold (`item` is the alias): the workspace first of all
 * @throws DataMindError `BAD_REQUEST` for a field that cannot be sorted by
 */
export const listRows = async <Row extends ObjectLiteral>(
  db: Reader,
  engine: Engine,
  table: EntitySchema<Row>,
  request: ListRequest,
  rules: ListRules<Row>,
  narrow: (query: SelectQueryBuilder<Row>) => SelectQueryBuilder<Row>,
): Promise<Listed<Row>> => {
  const { property, direction } = sortOf(rules, request.sort);
  const query = narrow(db.createQueryBuilder(table, 'item'));
  if (request.q) {
    const like = rules.searched.map((name) => `${folded[engine](`item.${name}`)} like :q escape '!'`);
    const pattern = `%${request.q.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
    query.andWhere(`(${like.join(' or ')})`, { q: pattern });
  }
  const nulls = direction === 'ASC' ? 'NULLS LAST' : 'NULLS FIRST';
  query.orderBy(`item.${property}`, direction, nulls).addOrderBy(`item.${rules.key}`, 'ASC');
  const [data, count] = await query
    .offset(request.offset ?? 0)
    .limit(request.limit ?? 100)
    .getManyAndCount();
  return { data, count };
};
