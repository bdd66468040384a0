/** ClickHouse's own parser, by `formatQuerySingleLine`, which its connector asks and which runs nothing. */
import { type Opinion, opinionOf, type Policing, textsOf } from './opinion.js';

const token = /'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*"|\{p\d+:[^}]*\}|\w+|\S/gsu;
const tokensOf = (formatted: string): readonly string[] =>
  (formatted.match(token) ?? []).map((part) => part.replace(/^\{p\d+:/, '{p:'));
const isName = (part: string | undefined): boolean => part !== undefined && /^[\w`"]/.test(part);
const bare = (part: string | undefined): string =>
  /^[`"]/.test(part ?? '') ? part!.slice(1, -1).replace(/\\(.)/g, '$1') : (part ?? '');

const startsWith = (tokens: readonly string[], at: number, expected: readonly string[]): boolean =>
  expected.every((part, index) => tokens[at + index] === part);

/** What is asked of the connector: inside of a call, the parser writes the same conditions with more parentheses. */
export const clickhouseTexts = (policing: Policing): readonly string[] => [
  ...textsOf(policing),
  ...policing.relations.map(({ text }) => `SELECT f((${text}), 1)`),
];
const insideCall = (tokens: readonly string[]): readonly string[] => tokens.slice(4, -4);

/** Walks both texts together: only a table may differ, by its relation, and a name by its qualifiers. */
const compare = (
  policing: Policing,
  original: readonly string[],
  policed: readonly string[],
  relations: readonly (readonly string[])[],
): string | null => {
  let left = 0;
  let right = 0;
  let replaced = 0;
  while (left < original.length || right < policed.length) {
    const a = original[left];
    // `x IN (t)` means `x IN (SELECT * FROM t)`.
    const isSet = original[left - 2] === 'IN' && original[left - 1] === '(' && a !== 'SELECT';
    if (isSet && startsWith(policed, right, ['SELECT', '*', 'FROM', '('])) right += 3;
    const b = policed[right];
    const relation =
      b === '('
        ? relations.find((each) => startsWith(policed, right + 1, each) && policed[right + 1 + each.length] === ')')
        : undefined;
    if (relation !== undefined && isName(a) && !(a === 'SELECT' || a === 'WITH')) {
      right += relation.length + 2;
      if (policed[right] !== 'AS') return 'it sees a relation without a name';
      const alias = bare(policed[right + 1]);
      const text = relation.join('\u0000');
      const aliasOf = (at: number): string => policing.relations[at % policing.relations.length]!.alias;
      if (!relations.some((each, at) => aliasOf(at) === alias && each.join('\u0000') === text))
        return 'it sees a relation under the name of another';
      right += 2;
      while (original[left + 1] === '.') left += 2;
      const own = bare(original[left]);
      left += 1;
      if (original[left] === 'AS' && bare(original[left + 1]) === alias) left += 2;
      else if (own !== alias) return 'it sees a relation under another name';
      replaced += 1;
    } else if (a !== undefined && a === b) {
      left += 1;
      right += 1;
    } else if (a !== undefined && policing.renamed[bare(a)] !== undefined && bare(b) === policing.renamed[bare(a)]) {
      left += 1;
      right += 1;
      if (original[left] !== 'AS' && policed[right] === 'AS' && bare(policed[right + 1]) === bare(a)) right += 2;
    } else if (isName(a) && original[left + 1] === '.' && isName(original[left + 2])) left += 2;
    else return 'it sees another statement than the one that was meant';
  }
  return replaced === policing.relations.length ? null : 'it sees another number of tables';
};

/** @param answers of the connector's `opinion` to {@link clickhouseTexts} */
export const clickhouseOpinion = (policing: Policing, answers: readonly string[]): Opinion => {
  const opinion = (why: string | null): Opinion => opinionOf('formatQuerySingleLine', why);
  const { length } = policing.relations;
  if (answers.length !== 2 * length + 2 || answers.includes('')) return opinion('it does not see one query');
  const [original = [], policed = [], ...relations] = answers.map(tokensOf);
  const forms = relations.map((tokens, at) => (at < length ? tokens : insideCall(tokens)));
  return opinion(compare(policing, original, policed, forms));
};
