/**
 * Pieces of SQL text → text, token by token as it was written; what replaces a table or a name is the caller's.
 */
import type { ColumnReference, CommonName, Piece, TableReference } from './parse-sql.js';
import type { Token } from './tokenize-sql.js';

export interface PieceWriter {
  /** The source with its alias, or what stands behind IN. */
  table(reference: TableReference, indent: string): string;
  column(reference: ColumnReference): readonly Token[];
  common(name: CommonName): string;
}

/** Writes every piece as it was written by the user. */
export const asWritten: PieceWriter = {
  table: ({ parts, alias, only, use }) =>
    `${only ? 'ONLY ' : ''}${parts.map(({ text }) => text).join('.')}${alias === null || use === 'in' ? '' : ` AS ${alias.text}`}`,
  column: ({ parts }) => parts,
  common: ({ table }) => table.name.text,
};

export const printPieces = (pieces: readonly Piece[], writer: PieceWriter): string => {
  let text = '';
  let indent = '';
  for (const piece of pieces) {
    const { gap } = piece;
    if (gap.startsWith('\n')) indent = gap.slice(1);
    if (text !== '') text += gap;
    switch (piece.kind) {
      case 'token':
        text += piece.text;
        break;
      case 'table': {
        const written = writer.table(piece, indent);
        // A name may stand directly behind a quote or a bracket; a word would grow together with it.
        text += /\w$/.test(text) ? ` ${written}` : written;
        break;
      }
      case 'column':
        text += writer
          .column(piece)
          .map((part) => part.text)
          .join('.');
        if (piece.star) text += '.*';
        break;
      case 'common':
        text += writer.common(piece);
        break;
    }
  }
  return text;
};
