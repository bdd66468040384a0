/**
 * Policies that are kept elsewhere than in the files of authors. A reload cannot be refused, as a write can: one that it breaks
 * closes what it is about to everyone, and the rest of the model goes on.
 */
import { SourceText } from '../load/source-text.js';
import type { Policy } from '../model/model.js';
import { diagnosticCatalogue } from './catalogue.js';
import type { Finding } from './diagnostic.js';
import { nobody } from './read-audience.js';
import { emptyRecord } from './read-fields.js';

/** A file that holds one policy: its name, and the entities that it says something of. */
export interface ClosingPolicy {
  readonly policy: string;
  readonly entities: readonly string[];
}

/** Stands where a policy does not compile. Its name has two underscores, as none of authors has. */
const closing = (name: string, file: string, entity: string): Policy => ({
  name,
  label: 'A policy that does not compile',
  description: null,
  synonyms: [],
  owner: null,
  certified: false,
  tags: [],
  hidden: false,
  meta: emptyRecord,
  source: { file, line: 1 },
  for: { ...nobody, everyone: true },
  except: nobody,
  on: entity,
  effect: 'restrictive',
  closes: true,
  broken: true,
  rows: null,
  columns: emptyRecord,
  allow_only: null,
  follows: [],
  aggregate_only: null,
  valid: { from: null, until: null },
});

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

export interface Closed {
  /** With one warning in place of the errors of each policy that closes. */
  readonly findings: readonly Finding[];
  readonly policies: readonly Policy[];
}

/**
 * @param files which hold such policies
 * @param hasEntity whether the model has it: a policy on what is not there any more could only close everything, so that its
 *   errors stay errors
 */
export const closeBroken = (
  findings: readonly Finding[],
  files: ReadonlyMap<string, ClosingPolicy>,
  hasEntity: (name: string) => boolean,
): Closed => {
  const errors = new Map<string, Finding>();
  for (const finding of findings) {
    const { file } = finding.place.source;
    const closes = files.get(file)?.entities.every(hasEntity) === true;
    if (closes && !errors.has(file) && diagnosticCatalogue[finding.code].severity === 'error')
      errors.set(file, finding);
  }
  if (errors.size === 0) return { findings, policies: [] };
  const told = [...errors].map(([file, { message }]): Finding => {
    const { policy, entities } = files.get(file)!;
    const what = `${list(entities)} ${entities.length === 1 ? 'is' : 'are'} closed to everyone until it is mended`;
    return {
      code: 'POLICY_BROKEN',
      message: `the policy \`${policy}\` does not compile any more (${message}); ${what}`,
      place: { source: new SourceText(file, ''), start: 0, end: 0 },
    };
  });
  return {
    findings: [...findings.filter(({ place }) => !errors.has(place.source.file)), ...told],
    policies: [...errors.keys()].flatMap((file) => {
      const { policy, entities } = files.get(file)!;
      return entities.map((entity) => closing(`broken__${policy}__${entity}`, file, entity));
    }),
  };
};
