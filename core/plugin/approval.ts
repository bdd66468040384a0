import type { ApprovedStatement, Parameter } from './contract.js';

/** Makes approved statements and knows its own. Whoever composes the server gives `approve` to the firewall alone. */
export interface Approver {
  /** Copies the statement, freezes the copy to its last parameter and remembers it. */
  approve(statement: ApprovedStatement): ApprovedStatement;
  /** True for the very objects that `approve` returned: not for a copy, not for a proxy. */
  isApproved(statement: unknown): boolean;
}

/** A new approver. What one approves means nothing to another. */
export const createApprover = (): Approver => {
  const approved = new WeakSet<object>();
  return Object.freeze({
    approve: ({ dialect, text, parameters }: ApprovedStatement): ApprovedStatement => {
      const frozen = parameters.map(({ type, value }): Parameter => Object.freeze({ type, value }));
      const statement = Object.freeze({ dialect, text, parameters: Object.freeze(frozen) });
      approved.add(statement);
      return statement;
    },
    isApproved: (statement: unknown): boolean =>
      typeof statement === 'object' && statement !== null && approved.has(statement),
  });
};
