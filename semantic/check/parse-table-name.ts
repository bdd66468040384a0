import type { EntitySource } from '../model/model.js';

const part = /(?:([\p{L}_][\p{L}\p{N}_$]*)|"((?:[^"]|"")+)")/u;
const tableName = new RegExp(`^${part.source}(?:\\.${part.source})?(?:\\.${part.source})?$`, 'u');

/** `[catalog.]schema.table`; undefined when it is not one. */
export const parseTableName = (text: string): Extract<EntitySource, { kind: 'table' }> | undefined => {
  const match = tableName.exec(text.trim());
  if (match === null) return undefined;
  const parts = [1, 3, 5].flatMap((group) => {
    const found = match[group] ?? match[group + 1]?.replaceAll('""', '"');
    return found === undefined ? [] : [found];
  });
  const [table, schema = null, catalog = null] = parts.reverse() as [string, string?, string?];
  return { kind: 'table', catalog, schema, table };
};
