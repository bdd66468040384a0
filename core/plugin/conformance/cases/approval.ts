import type { ApprovedStatement } from '../../contract.js';
import type { CaseContext, ConformanceCase } from '../case.js';
import { failsWith, same } from '../expectation.js';

const refused = (context: CaseContext, statement: ApprovedStatement, what: string) =>
  failsWith(
    Promise.resolve().then(() => context.connector.query(statement, context.options(), new AbortController().signal)),
    ['STATEMENT_NOT_APPROVED'],
    what,
  );

const text = 'SELECT 1';

export const approvalCases: readonly ConformanceCase[] = [
  {
    id: 'approval/not-approved',
    title: 'a statement that the firewall did not see is refused',
    area: 'approval',
    needs: ['engine'],
    run: async (context) => {
      await refused(context, { dialect: context.dialect, text, parameters: [] }, 'a statement made by hand');
    },
  },
  {
    id: 'approval/copy',
    title: 'a copy of an approved statement is refused',
    area: 'approval',
    needs: ['engine'],
    run: async (context) => {
      const approved = context.approve(text);
      await refused(context, { ...approved }, 'a copy');
      await refused(context, Object.freeze({ ...approved }), 'a frozen copy');
      await refused(context, structuredClone(approved), 'a clone');
      await refused(context, Object.create(approved) as ApprovedStatement, 'an heir');
    },
  },
  {
    id: 'approval/twice',
    title: 'an approved statement runs more than once',
    area: 'approval',
    needs: ['engine'],
    run: async ({ connector, approve, options }) => {
      const statement = approve(text);
      for (let run = 0; run < 2; run += 1) {
        const result = await connector.query(statement, options(), new AbortController().signal);
        let rows = 0;
        for await (const batch of result.batches) rows += batch.length;
        same(rows, 1, 'rows');
      }
    },
  },
  {
    id: 'approval/dialect',
    title: 'an approved statement of another dialect is refused',
    area: 'approval',
    needs: ['engine'],
    run: async ({ connector, approve, options, dialect }) => {
      const other = approve(text);
      const foreign = { ...other, dialect: dialect === 'duckdb' ? ('sqlite' as const) : ('duckdb' as const) };
      await failsWith(
        Promise.resolve().then(() => connector.query(foreign, options(), new AbortController().signal)),
        ['STATEMENT_NOT_APPROVED', 'STATEMENT_INVALID'],
        'a statement of another dialect',
      );
    },
  },
];
