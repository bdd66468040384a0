/** DuckDB's own parser, by `json_serialize_sql`, which its connector asks and which runs nothing. */
import { compareTrees, type Node, type TreeRules } from './compare-trees.js';
import { type Opinion, opinionOf, type Policing } from './opinion.js';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const aliasOf = ({ alias }: Node): string | null => (text(alias) === '' ? null : text(alias));

const rules: TreeRules = {
  ignored: new Set(['query_location', 'identifier']),
  table: (node) =>
    node.type === 'BASE_TABLE'
      ? {
          parts: [node.catalog_name, node.schema_name, node.table_name].map(text).filter((part) => part !== ''),
          alias: aliasOf(node),
        }
      : null,
  subquery: (node) =>
    node.type === 'SUBQUERY' && 'subquery' in node && 'sample' in node
      ? { query: (node.subquery as Node).node, alias: aliasOf(node) }
      : null,
  column: (node) =>
    node.class === 'COLUMN_REF' && Array.isArray(node.column_names) ? node.column_names.map(text) : null,
  commonName: new Set(['key']),
  fold: (name) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  around: ({ sample, column_name_alias }) => [sample, column_name_alias],
};

const parseOne = (answer: string): unknown => {
  const { error, statements } = JSON.parse(answer) as {
    readonly error?: boolean;
    readonly statements?: readonly Node[];
  };
  return error === false && statements?.length === 1 ? statements[0]!.node : null;
};

/** @param answers of the connector's `opinion` to the original, the policed text, and each relation */
export const duckdbOpinion = (policing: Policing, answers: readonly string[]): Opinion => {
  const opinion = (why: string | null): Opinion => opinionOf('json_serialize_sql', why);
  try {
    const [original, policed, ...relations] = answers.map(parseOne);
    if (answers.length !== policing.relations.length + 2 || !original || !policed || relations.some((tree) => !tree))
      return opinion('it does not see one query');
    return opinion(compareTrees(rules, policing, { original, policed, relations }));
  } catch {
    return opinion('it cannot read the statement');
  }
};
