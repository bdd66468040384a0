import { matchName } from '../../core/pii/match-name.js';
import type { PiiClass } from '../../core/pii/pii-class.js';
import { childOf } from '../load/yaml-node.js';
import type { Finding } from './diagnostic.js';
import type { EntityUnit } from './entity-unit.js';

/** What values of dimensions were told to be, by `entity.dimension`. The values themselves stay with whoever looked at them. */
export type SampledClasses = ReadonlyMap<string, PiiClass>;

const suggest = (unit: EntityUnit, sampled: SampledClasses): readonly Finding[] => {
  const findings: Finding[] = [];
  for (const [name, { body, broken, source, at }] of unit.declaration.members.dimensions) {
    const dimension = unit.entity?.dimensions[name];
    if (broken || dimension === undefined || (body.kind === 'map' && childOf(body, 'pii') !== undefined)) continue;
    const context = { owner: unit.name, type: dimension.type };
    const { column } = dimension;
    const named = matchName(name, context) ?? (column === null || column === name ? null : matchName(column, context));
    const found = sampled.get(`${unit.name}.${name}`) ?? (named?.strength === 'certain' ? named.class : null);
    if (found === null) continue;
    const why = sampled.has(`${unit.name}.${name}`) ? 'by its values' : 'by its name';
    const message = `\`${unit.name}.${name}\` looks like personal data (${found}, ${why}) and has no class; write \`pii: ${found}\`, or \`pii: none\``;
    findings.push({ code: 'PII_UNCLASSIFIED', message, place: { source, ...at } });
  }
  return findings;
};

const none: SampledClasses = new Map();
/** Units are kept while nothing changes that they are made of, and so is what their names say. */
const known = new WeakMap<EntityUnit, readonly Finding[]>();

/** Dimensions that look like personal data and say nothing of it: a class, or that there is none, is the author's to write. */
export const suggestPii = (unit: EntityUnit, sampled: SampledClasses = none): readonly Finding[] => {
  if (sampled.size > 0) return suggest(unit, sampled);
  let findings = known.get(unit);
  if (findings === undefined) {
    findings = suggest(unit, sampled);
    known.set(unit, findings);
  }
  return findings;
};
