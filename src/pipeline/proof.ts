/**
 * The proof of a statement: from what, for whom and under which policies it was made, and who agreed that it is what it should
 * be. It is written into the audit trail before the statement runs, and shown to who asks. It holds no value of an attribute,
 * no parameter and no text of the statement.
 */
import { createHash } from 'node:crypto';
import type { DialectName } from '../../core/plugin/contract.js';
import type { Opinion } from '../../core/sql/second-opinion/opinion.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { isEntityWithin, versionOf } from '../../semantic/model/view.js';
import type { Permitted, TableName } from '../../semantic/policy/permission.js';

export type TableProof = {
  readonly table: string;
  readonly alias: string;
  readonly policies: readonly string[];
  /** As they were authored. */
  readonly predicates: readonly string[];
  readonly masks: { readonly [column: string]: string };
  readonly columns: readonly string[];
  /** No row is kept back. */
  readonly whole: boolean;
  readonly barrier: string | null;
};

export type Proof = {
  readonly made_from: 'sql' | 'semantic_query';
  /** The hash of the authored model. */
  readonly model: string;
  /** Whose part of the model it was made from; absent: all of it. */
  readonly project?: string;
  readonly subject: { readonly user: string; readonly workspace: string; readonly fingerprint: string };
  readonly connection: string;
  /** Of a connection that was made while the server runs: its id, and the revision of its settings. */
  readonly connection_made?: string;
  readonly dialect: DialectName;
  readonly policies: readonly string[];
  readonly tables: readonly TableProof[];
  /** SHA-256 of the statement as it was read, and as it runs. */
  readonly before: string;
  readonly after: string;
  /** Who read the final text on their own and saw the statement that was meant. */
  readonly agreed: readonly string[];
  readonly volatile: boolean;
  /** SHA-256 of what a question in words was read with: the prompt, or the vocabulary of whoever asked. */
  readonly read_with?: string;
};

/** What a statement is shown as when its text would name what does not exist for whoever asked. */
export const notShown = '-- not shown: it reads parts of the model that are outside of the project';

/** What a statement reads, and whether reading it shows something that does not exist for whoever asks. */
export interface TableRead {
  readonly proof: TableProof;
  /** The entity, for planned statements; `null` for a table that the text names. */
  readonly entity: string | null;
  readonly outside: boolean;
}

/** A model's part of a proof. */
export const modelProof = (model: Model): Pick<Proof, 'model' | 'project'> => ({
  model: versionOf(model),
  ...(model.view !== undefined && { project: model.view.project }),
});

/** Of the policies, those on what exists. */
export const toldPolicies = (model: Model, names: readonly string[]): readonly string[] =>
  names.filter((name) => isEntityWithin(model, model.policies[name]?.on ?? ''));

/** The proof as whoever asks may read it: nothing in it names what does not exist for them. The trail has the whole one. */
export const toldProof = (model: Model, proof: Proof, tables: readonly TableRead[]): Proof =>
  model.view === undefined
    ? proof
    : {
        ...proof,
        policies: toldPolicies(model, proof.policies),
        tables: tables.flatMap(({ proof: one, entity, outside }) => {
          if (entity !== null && !isEntityWithin(model, entity)) return [];
          const policies = toldPolicies(model, one.policies);
          return [{ ...one, policies, predicates: outside ? [] : one.predicates }];
        }),
      };

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const pathOf = ({ catalog, schema, table }: TableName): string =>
  [catalog, schema, table].filter((part) => part !== null).join('.');

export const tableProof = (
  table: TableName,
  alias: string,
  { policies, predicates, masks, columns, whole }: Permitted,
  barrier: string | null,
): TableProof => ({
  table: pathOf(table),
  alias,
  policies,
  predicates,
  masks,
  columns: columns.map(({ name }) => name),
  whole,
  barrier,
});

export const connectionProof = ({ id, identity }: { readonly id: string | null; readonly identity: string }) =>
  id === null ? {} : { connection_made: identity };

export const actorOf = ({ user, workspace, fingerprint }: Subject): Proof['subject'] => ({
  user,
  workspace,
  fingerprint,
});

/** The firewall always agrees: nothing else gives out what can run. */
export const agreedBy = (opinion: Opinion | null): readonly string[] => [
  'firewall',
  ...(opinion === null ? [] : [opinion.parser]),
];
