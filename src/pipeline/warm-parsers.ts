import type { DialectName } from '../../core/plugin/contract.js';
import { loadQueryParser, parseTree } from '../../core/sql/parse-query.js';
import { loadSecondParser } from './second-opinion.js';

/** Has of each kind of node what most statements have. */
const sample = `with recent as (select id, amount, status from orders where created_at >= '2025-01-01' and amount > 10)
select c.name, count(*) as n, sum(r.amount) as revenue, row_number() over (partition by c.region order by sum(r.amount) desc) as place
from customers as c left join recent as r on r.id = c.id
where c.region in ('EU', 'US') and c.name like 'A%' or not (c.id between 1 and 5)
group by c.name, c.region having count(*) > 1 order by revenue desc limit 10`;

/** The parser is WebAssembly that its engine compiles while it is used first: a server does that before anybody waits for it. */
const rounds = 10;

/** Loads what judges statements of these dialects, and runs it until it is fast. */
export const warmParsers = async (dialects: readonly DialectName[]): Promise<void> => {
  await loadQueryParser();
  for (const dialect of new Set(dialects)) {
    await loadSecondParser(dialect);
    for (let round = 0; round < rounds; round += 1) parseTree(sample, dialect);
  }
};
