/** What MariaDB must compute apart where views of the database stand behind outer joins, and what no setting mends. */
import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';

/** As MariaDB writes down what a view reads; `null`: it does not tell. */
const definitions: Readonly<Record<string, string | null>> = {
  plain: 'select `shop`.`items`.`id` AS `id`,`shop`.`items`.`x` AS `x` from `shop`.`items`',
  computed: 'select `shop`.`items`.`id` AS `id`,5 AS `x` from `shop`.`items`',
  above: 'select `shop`.`computed`.`id` AS `id`,`shop`.`computed`.`x` AS `x` from `shop`.`computed`',
  grouped: 'select `shop`.`items`.`id` AS `id`,5 AS `x` from `shop`.`items` group by `shop`.`items`.`id`',
  within:
    'select `a`.`id` AS `id`,`v`.`x` AS `x` from (`shop`.`items` `a` left join (select 5 AS `x`,1 AS `id`) `v` on(`v`.`id` = `a`.`id`))',
  beside:
    'select `a`.`id` AS `id`,`v`.`x` AS `x` from (`shop`.`items` `a` left join `shop`.`computed` `v` on(`v`.`id` = `a`.`id`))',
  greatest:
    'select max(`v`.`x`) AS `x`,1 AS `id` from (`shop`.`items` `a` left join `shop`.`computed` `v` on(`v`.`id` = `a`.`id`))',
  hidden: null,
  odd: 'select from',
};
const viewsOf = (name: string): readonly (string | null)[] | undefined => {
  if (name === 'items') return [];
  const known = definitions[name];
  return known === undefined ? undefined : [known];
};

const verdictOn = (text: string, expected: readonly string[]): string => {
  const verdict = judge({
    dialect: 'mysql',
    text,
    expected: expected.map((one) => ({ table: 'shop.any', text: one })),
    views: viewsOf,
  });
  if (verdict.verdict === 'refuse') return verdict.rule;
  return verdict.planning.unmerged ? 'apart' : 'merged';
};

const outer = 'SELECT a.id FROM @items AS a LEFT JOIN @ AS b ON a.id = b.id';
const inner = 'SELECT a.id FROM @items AS a JOIN @ AS b ON a.id = b.id';

describe('views that MariaDB merges', () => {
  before(loadQueryParser);

  const through: readonly (readonly [relation: string, sql: string, verdict: string])[] = [
    ['items', outer, 'merged'],
    ['plain', outer, 'merged'],
    ['grouped', outer, 'merged'],
    ['computed', outer, 'apart'],
    ['computed', inner, 'merged'],
    ['above', outer, 'apart'],
    ['above', inner, 'merged'],
    ['within', inner, 'apart'],
    ['beside', inner, 'apart'],
    ['hidden', outer, 'apart'],
    ['hidden', inner, 'apart'],
    ['odd', outer, 'apart'],
    ['missing', outer, 'apart'],
    ['greatest', inner, 'merging'],
  ];
  for (const [name, sql, verdict] of through)
    it(`${verdict}: ${name} in ${sql}`, () => {
      const relation = (table: string): string => `SELECT p.id AS id, p.x AS x FROM shop.${table} AS p`;
      const text = sql.replaceAll('@items', `(${relation('items')})`).replaceAll('@', `(${relation(name)})`);
      expect(verdictOn(text, ['items', name].map(relation))).to.equal(verdict);
    });

  /** Queries of authors, which name views without a subquery around them. */
  const authored: readonly (readonly [sql: string, verdict: string])[] = [
    ['SELECT a.id, v.x FROM items AS a LEFT JOIN computed AS v ON v.id = a.id', 'apart'],
    ['SELECT max(v.x) AS x FROM items AS a LEFT JOIN plain AS v ON v.id = a.id', 'merged'],
    ['SELECT max(v.x) AS x FROM items AS a JOIN computed AS v ON v.id = a.id', 'merged'],
    ['SELECT max(v.x) AS x FROM items AS a LEFT JOIN computed AS v ON v.id = a.id', 'merging'],
    ['SELECT max(v.x) AS x FROM items AS a LEFT JOIN computed AS v ON v.id = a.id GROUP BY a.id', 'apart'],
    ['SELECT max(v.x) AS x FROM items AS a LEFT JOIN (SELECT id, x FROM computed) AS v ON v.id = a.id', 'apart'],
    ['SELECT a.id FROM items AS a LEFT JOIN computed AS v ON v.id = a.id WHERE v.x IS NULL', 'merging'],
    ['SELECT a.id FROM computed AS v RIGHT JOIN items AS a ON v.id = a.id WHERE v.x IS NOT NULL', 'merging'],
    ['SELECT sum(v.x) OVER (ORDER BY a.id) AS x FROM items AS a LEFT JOIN above AS v ON v.id = a.id', 'merging'],
    ['SELECT max(v.x) AS x FROM beside AS v', 'merging'],
    ['SELECT max(v.x) AS x FROM within AS v', 'apart'],
    [
      'WITH computed AS (SELECT id, x FROM items) SELECT max(v.x) AS x FROM items AS a LEFT JOIN computed AS v ON v.id = a.id',
      'apart',
    ],
  ];
  for (const [sql, verdict] of authored)
    it(`${verdict}: ${sql}`, () => {
      expect(verdictOn(`SELECT q.* FROM (${sql}) AS q`, [sql])).to.equal(verdict);
    });
});
