/** What things are called by, where the model does not say it. */
import type { VocabularyDimension, VocabularyEntity } from 'datamind/contract';
import type { VocabularyIndex } from './vocabulary-index.js';

const name = /(^|[._])(name|title)$/i;
const number = /(^|[._])(code|number|label)$/i;

/** What things are called by that have no name: their only title, or number. */
export const calledBy = (index: VocabularyIndex, entity: VocabularyEntity): VocabularyDimension | undefined => {
  for (const calling of [name, number]) {
    const found = index.vocabulary.dimensions.filter(
      (one) => one.entity === entity.name && one.type === 'string' && calling.test(one.name),
    );
    if (found.length === 1) return found[0];
  }
  return undefined;
};

/** Whether that is no more than a number, which others may have, too: a flight number or a code is more. */
export const isNumbered = (called: VocabularyDimension): boolean => /(^|\.)(number|label)$/i.test(called.name);
