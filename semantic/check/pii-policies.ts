/**
 * The masks that a project puts on classes of personal data, as policies like any other: for each entity with such dimensions
 * one restrictive policy on its columns, for everyone but those with clearance. Whatever applies policies applies them.
 */
import type { CheckType } from '../../core/sql/bind-scope.js';
import type { Dimension, Entity, Mask, PiiDefaults, Policy } from '../model/model.js';
import { storageTypes } from './entity-unit.js';
import { nobody } from './read-audience.js';
import { emptyRecord, labelOf, sortedRecord } from './read-fields.js';
import { fitsMask } from './read-mask.js';

const typeOf = ({ type, stores }: Dimension): CheckType => (type === 'time' ? storageTypes[stores ?? 'local'] : type);

/** A mask that does not work on the type gives way to null, which works on all and shows nothing. */
const maskFor = (dimension: Dimension, mask: Mask): Mask =>
  // A computed dimension is computed from masks, so that it can be denied only.
  dimension.column === null ? { kind: 'deny' } : fitsMask(mask, typeOf(dimension)) ? mask : { kind: 'null' };

const columnsOf = ({ dimensions }: Entity, { masks }: PiiDefaults): Readonly<Record<string, Mask>> =>
  sortedRecord(
    Object.values(dimensions).flatMap((dimension): [string, Mask][] => {
      const mask = dimension.pii === null ? undefined : masks[dimension.pii];
      return mask === undefined ? [] : [[dimension.name, maskFor(dimension, mask)]];
    }),
  );

/** Their names have two underscores, which names of authors never have. */
const piiPolicyName = (entity: string): string => `pii__${entity}`;

export const piiPolicies = (defaults: PiiDefaults | null, entities: Iterable<Entity>): readonly Policy[] =>
  defaults === null
    ? []
    : [...entities].flatMap((entity): Policy[] => {
        const columns = columnsOf(entity, defaults);
        if (Object.keys(columns).length === 0) return [];
        const name = piiPolicyName(entity.name);
        return [
          {
            name,
            label: `Personal data of ${labelOf(entity.name).toLowerCase()}`,
            description: 'The masks that the project puts on personal data.',
            synonyms: [],
            owner: null,
            certified: false,
            tags: [],
            hidden: false,
            meta: emptyRecord,
            source: defaults.source,
            for: { ...nobody, everyone: true },
            except: defaults.clearance,
            on: entity.name,
            effect: 'restrictive',
            closes: false,
            rows: null,
            columns,
            allow_only: null,
            follows: [],
            aggregate_only: null,
            valid: { from: null, until: null },
          },
        ];
      });
