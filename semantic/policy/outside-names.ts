/**
 * The names that do not exist for whoever works in a project, and whether a text has one of them. A second look at what is told:
 * messages are made from what exists, and this finds the one that was not.
 */
import type { Entity, Model } from '../model/model.js';
import { onlyWithin } from '../model/view.js';

const membersOf = ({ dimensions, measures, filters, hierarchies, joins }: Entity): readonly string[] => [
  ...[dimensions, measures, filters, hierarchies, joins].flatMap((members) => Object.keys(members)),
  ...Object.values(joins).flatMap(({ inverse }) => inverse ?? []),
];

const namesOf = ({ entities, metrics }: Model): ReadonlySet<string> =>
  new Set([...Object.keys(entities), ...Object.keys(metrics), ...Object.values(entities).flatMap(membersOf)]);

const found = new WeakMap<Model, ReadonlySet<string>>();

/** Of entities, metrics and members; those that something that exists has too are no secret. */
const outsideNames = (model: Model): ReadonlySet<string> => {
  let names = found.get(model);
  if (names === undefined) {
    const known = namesOf(onlyWithin(model));
    names = new Set([...namesOf(model.view?.whole ?? model)].filter((name) => !known.has(name)));
    found.set(model, names);
  }
  return names;
};

const identifiers = /[\p{L}_][\p{L}\p{N}_$]*/gu;

/** @param said names that whoever asks has written, which tell nothing when they are repeated */
export const mentionsOutside = (model: Model, text: string, said: ReadonlySet<string> = new Set()): boolean => {
  if (model.view === undefined) return false;
  const names = outsideNames(model);
  return (text.match(identifiers) ?? []).some((name) => names.has(name) && !said.has(name));
};

export const identifiersIn = (text: string): ReadonlySet<string> => new Set(text.match(identifiers));

/** The parts of a message that are names: in quotation marks, or with dots in them. */
export const namesIn = (message: string): string =>
  (message.match(/"[^"]*"|`[^`]*`|[\p{L}_][\p{L}\p{N}_$]*(?:\.[\p{L}_][\p{L}\p{N}_$]*)+/gu) ?? []).join(' ');
