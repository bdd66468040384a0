/**
 * `the Munich shop`: one of the shops, which people name after where it is, and not all that is registered there. It is meant by
 * its name where just one name has the word in it.
 */
import type { InterpretRequest, VocabularyEntity } from 'datamind/contract';
import type { Item } from './items.js';
import type { Reading } from './phrases.js';
import { isPlural } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const cost = 0.05;
const mostLookUps = 4;
const mostMatches = 50;

/** What has a name, and the value of the word before it, of which there may be more than one thing. */
const ownerOf = (value: Item, noun: Item, index: VocabularyIndex): VocabularyEntity | null => {
  const owners = noun.readings.flatMap((one) => (one.kind === 'entity' && one.via === undefined ? [one.entity] : []));
  const found = owners.filter(
    ({ name, display }) =>
      display !== null &&
      value.readings.some(
        (one) =>
          one.kind === 'value' &&
          one.dimension.entity === name &&
          one.dimension.name !== display &&
          one.dimension.values.length === 0,
      ) &&
      // What is its name to the letter needs no other.
      !value.readings.some((one) => one.kind === 'value' && one.dimension.name === display),
  );
  return found.length === 1 && index.dimensions.has(found[0]!.display!) ? found[0]! : null;
};

const wordsOf = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;

export const nameAfter = async (
  items: readonly Item[],
  index: VocabularyIndex,
  ask: InterpretRequest['findValues'],
  signal: AbortSignal,
): Promise<readonly Item[]> => {
  const { language } = index;
  const made: Item[] = [];
  let asked = 0;
  for (let at = 0; at < items.length; at += 1) {
    const [item, noun] = [items[at]!, items[at + 1]];
    const isOne =
      noun !== undefined &&
      noun.from === item.to &&
      !isPlural(noun, language) &&
      language.definite.includes(items[at - 1]?.text.toLowerCase() ?? '');
    const entity = isOne && asked < mostLookUps ? ownerOf(item, noun, index) : null;
    if (entity === null) {
      made.push(item);
      continue;
    }
    asked += 1;
    signal.throwIfAborted();
    const matches = (await ask(item.text, mostMatches)).filter(
      ({ dimension, value }) => dimension === entity.display && wordsOf(String(value)).includes(wordsOf(item.text)),
    );
    const [match, ...others] = matches;
    if (match === undefined || others.length > 0) {
      made.push(item);
      continue;
    }
    const dimension = index.dimensions.get(entity.display!)!;
    const said = `${item.text} ${noun!.text}`;
    const note = `"${said}" was taken as "${String(match.value)}".`;
    const reading: Reading = { kind: 'value', dimension, value: match.value, cost };
    made.push({ ...item, to: noun!.to, text: said, readings: [reading], classes: new Set(), note });
    at += 1;
  }
  return made;
};
