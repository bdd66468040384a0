/** Views that a policy reaches, or may reach, from beneath: the author is told before a reader meets a closed door. */
import type { Place } from '../load/source-text.js';
import type { Model } from '../model/model.js';
import { touchedEntities } from '../policy/applying-policies.js';
import { kinOf } from '../policy/beneath.js';
import type { Lineage, Lineages } from '../policy/lineage.js';
import type { Finding } from './diagnostic.js';

/** Without a catalogue nothing is said. */
const silent: Lineage = {
  hash: 'silent',
  storesOf: () => new Set(),
  namedBy: () => new Set(),
  viewsOf: () => [null],
  ownFunctions: null,
};

/**
 * @param lineageOf of a connection as entities name it, `null` for the project's; `null`: there is no catalogue of it
 * @param nameOf what {@link Lineages.nameOf} is to give
 * @param placeOf where an entity says what it stands on
 */
export const checkBeneath = (
  model: Model,
  lineageOf: (connection: string | null) => Lineage | null,
  nameOf: (connection: string | null) => string | null,
  placeOf: (entity: string) => Place,
): readonly Finding[] => {
  const lineages: Lineages = { hash: 'check', of: (connection) => lineageOf(connection) ?? silent, nameOf };
  const governed = touchedEntities(model);
  return Object.values(model.entities).flatMap((entity): readonly Finding[] => {
    if (entity.beneath !== null) return [];
    const { entities, isKnown } = kinOf(model, entity, lineages);
    const others = entities.filter(({ name }) => governed.has(name)).map(({ name }) => `\`${name}\``);
    if (others.length === 0) return [];
    const mend = 'put a policy on it, or say with `beneath` how it is governed';
    const message = isKnown
      ? `\`${entity.name}\` shows rows of ${others.join(', ')}, and is closed to whom policies there cut; ${mend}`
      : `what \`${entity.name}\` reads cannot be told, so it is closed to whom any policy cuts; ${mend}`;
    return [{ code: 'VIEW_REACHED', message, place: placeOf(entity.name) }];
  });
};
