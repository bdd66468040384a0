/** The grammar of the type in a cast or a definition of columns. Only types that are known are taken. */
import type { SqlCursor } from './sql-cursor.js';
import { castTypes, typeTails } from './sql-words.js';

export const readType = (cursor: SqlCursor): void => {
  const token = cursor.current;
  if (token.kind !== 'word' || !castTypes.has(token.value))
    cursor.notAllowed(`${token.text.slice(0, 60)} is no type that is known here`);
  cursor.uses.types.add(token.value);
  cursor.take();
  while (cursor.anyWord(typeTails)) {
    if (cursor.takeWords('set')) {
      cursor.name();
      break;
    }
    cursor.take();
  }
  if (cursor.is('(')) readTypeArguments(cursor);
  if ((cursor.word('with') || cursor.word('without')) && cursor.word('time', 1) && cursor.word('zone', 2)) {
    cursor.take();
    cursor.take();
    cursor.take();
  }
  if (cursor.anyWord(typeTails)) cursor.take();
  while (cursor.is('[') && (cursor.is(']', 1) || cursor.is(']', 2))) {
    cursor.take();
    if (cursor.current.kind === 'number') cursor.take();
    cursor.expect(']');
  }
};

const readTypeArguments = (cursor: SqlCursor): void => {
  cursor.deeper(() => {
    cursor.expect('(');
    do {
      const token = cursor.current;
      if (token.kind === 'number') cursor.take();
      else if (token.kind === 'string') {
        cursor.take();
        if (cursor.takeIf('=')) cursor.literal();
      } else {
        if (cursor.isName() && cursor.at(1).kind === 'word') cursor.name();
        readType(cursor);
      }
    } while (cursor.takeIf(','));
    cursor.expect(')');
  });
};
