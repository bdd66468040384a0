import { words } from './firewall-list.js';

/** Reserved words that may stand before a parenthesis without calling anything. */
export const keywordsBeforeParenthesis: ReadonlySet<string> = words(`
  select from where having on and or not in exists any all some as by over partition order group values when then else case
  between like ilike using union intersect except minus limit offset distinct with cube rollup sets within filter lateral
  join inner is escape similar to exclude recursive materialized
  returning qualify window interval rename div mod xor rows global prewhere only columns fetch
  next skip sounds rlike key nested path member of fill interpolate collate zone overlaps`);
