/** Writes into a YAML text what an API call changed, and leaves the rest as its author wrote it: comments, order, style. */
import { type Document, isMap, isScalar, isSeq, parseAllDocuments, type YAMLMap } from 'yaml';

/** Keys from the top: `['metrics', 'revenue']`, `['entities', 'orders']`; `[]` is the whole text. A number is an item of a list. */
export type DocumentPath = readonly (string | number)[];

/** The text is not YAML, or the path leads through something that is neither map nor list. */
export class EditError extends Error {}

const stringify = { lineWidth: 120, flowCollectionPadding: false } as const;

const parseAll = (text: string): Document[] => {
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core', uniqueKeys: true });
  const list = Array.isArray(documents) ? (documents as Document[]) : [];
  for (const document of list) {
    if (document.errors.length > 0) throw new EditError('The text is not YAML, so nothing can be written into it.');
  }
  return list;
};

/** Which document holds the path already, or could: an entity is found by its own name too. */
const locate = (documents: readonly Document[], path: DocumentPath): { index: number; path: DocumentPath } => {
  const has = (document: Document, inner: DocumentPath): boolean =>
    isMap(document.contents) && document.hasIn(inner as unknown[]);
  if (path[0] === 'entities' && path.length > 1) {
    const index = documents.findIndex((document) => isMap(document.contents) && document.get('entity') === path[1]);
    if (index !== -1) return { index, path: path.slice(2) };
  }
  for (let length = path.length; length > 0; length -= 1) {
    const index = documents.findIndex((document) => has(document, path.slice(0, length)));
    if (index !== -1) return { index, path };
  }
  const index = documents.findIndex((document) => isMap(document.contents) && !document.has('entity'));
  return { index, path };
};

const separate = (texts: readonly string[]): string =>
  texts.map((text, index) => (index === 0 || text.startsWith('---') ? text : `---\n${text}`)).join('');

/** Comments that stand before and beside a value stay with it when the value is replaced. */
const replaceKeepingComments = (document: Document, path: DocumentPath, value: unknown): void => {
  const before = document.getIn(path as unknown[], true) as
    | { comment?: string; commentBefore?: string; flow?: boolean }
    | undefined;
  const node = document.createNode(value) as { comment?: string; commentBefore?: string; flow?: boolean };
  if (before !== undefined && before !== null) {
    if (before.comment !== undefined && node.comment === undefined) node.comment = before.comment;
    if (before.commentBefore !== undefined) node.commentBefore = before.commentBefore;
    if ((isMap(before) && isMap(node)) || (isSeq(before) && isSeq(node))) node.flow = before.flow ?? false;
  }
  document.setIn(path as unknown[], node);
};

/** Sets only what differs, so that the comments inside of a map stay where they are. */
const merge = (document: Document, path: DocumentPath, value: unknown): void => {
  const before = path.length === 0 ? document.contents : document.getIn(path as unknown[], true);
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(before) || !isRecord) {
    if (isScalar(before) && (typeof value !== 'object' || value === null)) {
      if (before.value !== value) before.value = value;
      return;
    }
    replaceKeepingComments(document, path, value);
    return;
  }
  const wanted = value as Readonly<Record<string, unknown>>;
  const keys = (before as YAMLMap).items.map((item) => String(isScalar(item.key) ? item.key.value : item.key));
  for (const key of keys) if (!Object.hasOwn(wanted, key)) document.deleteIn([...path, key]);
  for (const [key, inner] of Object.entries(wanted)) {
    if (keys.includes(key)) merge(document, [...path, key], inner);
    else document.setIn([...path, key], document.createNode(inner));
  }
};

/**
 * @param value what to write at the path; `undefined` removes it (and a document that has nothing left)
 * @returns the new text
 * @throws EditError
 */
export const editDocument = (text: string, path: DocumentPath, value: unknown): string => {
  const documents = parseAll(text);
  const found = locate(documents, path);
  let { index } = found;
  if (index === -1) {
    if (value === undefined) return text;
    const [added] = parseAllDocuments('{}\n') as Document[];
    (added!.contents as YAMLMap).flow = false;
    documents.push(added!);
    index = documents.length - 1;
  }
  const document = documents[index]!;
  const isWhole = found.path.length === 0;
  if (value === undefined && !isWhole && !document.hasIn(found.path as unknown[])) return text;
  try {
    if (value === undefined) {
      if (isWhole) documents.splice(index, 1);
      else {
        document.deleteIn(found.path as unknown[]);
        const above = found.path.slice(0, -1);
        const left = above.length === 0 ? document.contents : document.getIn(above as unknown[]);
        if (isMap(left) && left.items.length === 0) {
          if (above.length > 0) document.deleteIn(above as unknown[]);
          if (isMap(document.contents) && document.contents.items.length === 0) documents.splice(index, 1);
        }
      }
    } else if (isWhole && path[0] === 'entities') merge(document, [], { entity: path[1], ...(value as object) });
    else merge(document, found.path, value);
  } catch (error) {
    if (error instanceof EditError) throw error;
    throw new EditError(
      `There is no place \`${path.join('.')}\` in the text: something above it is neither a map nor a list.`,
    );
  }
  return separate(documents.map((one) => one.toString(stringify)));
};
