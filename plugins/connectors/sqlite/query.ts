import { type RowSource, taggedText } from 'datamind/connector-kit';
import type { ApprovedStatement, QueryOptions, Row } from 'datamind/contract';
import type { Session } from './connect.js';

/** Rows in flight between the processes at once; more only takes memory. */
const mostRows = 2_000;

export const openRows = async (
  session: Session,
  statement: ApprovedStatement,
  options: QueryOptions,
): Promise<RowSource> => {
  const text = taggedText(statement, options);
  const batchRows = Math.min(options.batchRows, mostRows);
  const opened = await session.call({ kind: 'open', text, parameters: statement.parameters, batchRows }, 'opened');
  let ready: readonly Row[] | null = opened.rows;
  let done = opened.done;
  /** The child works on the next batch while the reader has this one: one ahead, no more. */
  let ahead: ReturnType<typeof fetch> | null = null;

  const fetch = () => {
    const asked = session.call({ kind: 'next' }, 'rows');
    asked.catch(() => undefined);
    return asked;
  };
  return {
    columns: opened.columns,
    next: async () => {
      for (;;) {
        if (ready === null) {
          if (done) return null;
          const answer = await (ahead ?? fetch());
          ahead = null;
          ready = answer.rows;
          done = answer.done;
        }
        if (!done) ahead = fetch();
        const rows = ready;
        ready = null;
        if (rows.length > 0) return rows;
      }
    },
  };
};
