/**
 * Functions that somebody made in the database. The firewall's lists say what the engine's own functions do; one of the same
 * name may read any table with the rights of the connection, so that a statement may not call it.
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Uses } from '../../core/sql/parse-sql.js';
import type { Lineage } from './lineage.js';

const refuse = (message: string): never => {
  throw new DataMindError('SQL_NOT_ALLOWED', message);
};

/** @throws DataMindError when the database has something in the place of what statements use without naming it */
export const refuseHidden = ({ ownFunctions }: Lineage): void => {
  for (const { name, hides } of ownFunctions?.values() ?? [])
    if (hides)
      refuse(
        `Nothing is asked of this database while it has a function, macro or operator ${name} of its own, in the place of the engine's: give it another name.`,
      );
};

/** @throws DataMindError when a text calls what somebody made, or may do so */
export const refuseOwnFunctions = (uses: Uses, lineage: Lineage): void => {
  refuseHidden(lineage);
  for (const name of [...uses.functions, ...uses.tableFunctions]) {
    if (lineage.ownFunctions === null)
      refuse(
        `It cannot be told now whether ${name} is the engine's own function or one that somebody made in this database; try again.`,
      );
    if (lineage.ownFunctions?.has(name))
      refuse(
        `This database has a function ${name} of its own, of which it is not known what it reads: it cannot be called here. Give it another name to use the engine's.`,
      );
  }
};
