import type { Cell } from 'datamind/contract';

/**
 * Reads the text form of an array: `{1,NULL,"a \"b\""}`, nested to any depth, with `[0:2]=` before it when its bounds
 * are not the usual ones (they are left out of the answer).
 * Source: PostgreSQL documentation, "Array Input and Output Syntax".
 */
export function parsePostgresArray(text: string, element: (text: string) => Cell, delimiter: string): readonly Cell[] {
  let at = text.indexOf('{');
  const fail = (): never => {
    throw new Error('the server wrote an array that cannot be read');
  };

  const quoted = (): string => {
    let value = '';
    at += 1;
    for (;;) {
      const next = /["\\]/g;
      next.lastIndex = at;
      const stop = next.exec(text)?.index ?? fail();
      value += text.slice(at, stop);
      if (text[stop] === '"') {
        at = stop + 1;
        return value;
      }
      value += text[stop + 1] ?? fail();
      at = stop + 2;
    }
  };

  const bare = (): Cell => {
    const start = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== '}') at += 1;
    const value = text.slice(start, at);
    return value === 'NULL' ? null : element(value);
  };

  const list = (): readonly Cell[] => {
    const cells: Cell[] = [];
    at += 1;
    if (text[at] === '}') {
      at += 1;
      return cells;
    }
    for (;;) {
      if (text[at] === '{') cells.push(list());
      else if (text[at] === '"') cells.push(element(quoted()));
      else cells.push(bare());
      const mark = text[at];
      at += 1;
      if (mark === '}') return cells;
      if (mark !== delimiter) fail();
    }
  };

  return at < 0 ? fail() : list();
}
