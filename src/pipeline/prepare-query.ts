/** A semantic query → what may run: planned for the subject, judged, seen alike by a second parser. */
import { plannedLimits } from '../../core/firewall/limits.js';
import type { Planning } from '../../core/plugin/contract.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import type { Lineage } from '../../semantic/policy/lineage.js';
import { refuseHidden } from '../../semantic/policy/own-functions.js';
import { policyFingerprint } from '../../semantic/policy/policy-fingerprint.js';
import { type Approved, approveStatement, createMemory, type Statement } from './approved-statements.js';
import { databasesOf, type Reached } from './reach.js';
import { type GovernedPlan, planQuery, warningsOf } from './plan-query.js';
import type { PreparerParts } from './prepare-sql.js';
import type { PreparedQuery } from './prepared.js';
import { actorOf, agreedBy, connectionProof, modelProof, notShown, type Proof, sha256, toldProof } from './proof.js';

/** What is asked, by whom, of which model. */
export interface QueryRequest {
  readonly model: Model;
  readonly query: SemanticQuery;
  readonly subject: Subject;
  /** Overrides where the model says that the entities live. */
  readonly connection?: string;
  readonly signal?: AbortSignal;
  /** SHA-256 of what a question in words was read with, where it came of one. */
  readonly readWith?: string;
}

/** How all of an answer's statements are planned. */
const planningOf = (statements: readonly (Approved | null)[]): Planning => {
  const plannings = statements.flatMap((one) => (one === null ? [] : [one.verdict.planning]));
  return {
    unmerged: plannings.some(({ unmerged }) => unmerged),
    fixed: plannings.some(({ fixed }) => fixed),
  };
};

const most = 2_000;
const never = new AbortController().signal;

export const createQueryPreparer = ({ reachOf, firewall, now, keep, salt, lineages }: PreparerParts) => {
  const memory = createMemory<Model, Approved>(most);

  /**
   * Judged once for each text and the types of its values, under the same permissions and with the same relations in the
   * database; other values of filters take the verdict over where the firewall says that it holds for them.
   */
  const approveOnce = async (
    model: Model,
    { connector, identity }: Reached,
    statement: Statement,
    lineage: Lineage,
    fingerprint: string,
    signal: AbortSignal,
  ): Promise<Approved> => {
    const { text, parameters } = statement;
    const types = parameters.map(({ type }) => type);
    const name = sha256(JSON.stringify([fingerprint, lineage.hash, identity, connector.dialect, text, types]));
    const known = memory.get(model, name);
    const rebound = known === undefined ? null : firewall.rebind(known.statement, parameters);
    if (known !== undefined && rebound !== null) return { ...known, statement: rebound };
    const placed = { ...statement, views: lineage.viewsOf.bind(lineage) };
    const approved = await approveStatement(firewall, connector, placed, plannedLimits, signal);
    memory.set(model, name, approved);
    return approved;
  };

  return async ({
    model,
    query,
    subject,
    connection,
    signal = never,
    readWith,
  }: QueryRequest): Promise<PreparedQuery> => {
    const at = now();
    const reach = reachOf(subject);
    const databaseOf = databasesOf(reach);
    const planFor = async ({ name, connector }: Reached): Promise<GovernedPlan & { readonly lineage: Lineage }> => {
      const known = await lineages.read(model, name, databaseOf);
      const lineage = known.of(name);
      refuseHidden(lineage);
      const moment = { now: at, salt, lineages: known };
      return { ...planQuery(model, query, subject, connector, moment), lineage };
    };
    const guess = connection ?? (await reach.likelyHome(model));
    let reached = await reach.find(guess);
    let planned = await planFor(reached);
    const home = connection ?? reach.homeOf(planned.connection);
    if (home !== guess) {
      reached = await reach.find(home);
      planned = await planFor(reached);
    }
    const { dialect, columns, policies, statement, totals, tables, outside, lineage } = planned;
    const { fingerprint, validUntil } = policyFingerprint(model, subject, new Date(at));
    const approved = await approveOnce(model, reached, statement, lineage, fingerprint, signal);
    const approvedTotals = totals && (await approveOnce(model, reached, totals, lineage, fingerprint, signal));
    const parts = [
      reached.identity,
      model.hash,
      statement.text,
      statement.parameters,
      columns,
      totals?.text,
      totals?.parameters,
    ];
    const made = sha256(JSON.stringify(parts));
    const volatile = approved.verdict.volatile || approvedTotals?.verdict.volatile === true;
    const proof: Proof = {
      made_from: 'semantic_query',
      ...modelProof(model),
      subject: actorOf(subject),
      connection: home,
      ...connectionProof(reached),
      dialect,
      policies,
      tables: tables.map((table) => table.proof),
      before: sha256(statement.policing.original),
      after: sha256(statement.text),
      agreed: agreedBy(approved.opinion),
      volatile,
      ...(readWith !== undefined && { read_with: readWith }),
    };
    const told = toldProof(model, proof, tables);
    const prepared = Object.freeze<PreparedQuery>({
      kind: 'query',
      connection: home,
      connectionId: reached.id,
      dialect,
      sql: outside ? notShown : statement.told,
      original: outside ? notShown : statement.toldOriginal,
      columns,
      hasTotals: totals !== null,
      readable: outside ? () => notShown : statement.readable,
      warnings: warningsOf(planned),
      policies: told.policies,
      modelHash: model.hash,
      cacheable: !volatile,
      // What one was told of groups does not count for another, so nobody gets another's answer.
      key: `${subject.workspace} ${fingerprint} ${validUntil?.getTime() ?? ''} ${made}${planned.question === null ? '' : ` ${subject.user}`}`,
      queryId: `q_${made.slice(0, 24)}`,
      validUntil: validUntil?.getTime() ?? null,
      proof,
      told,
    });
    keep(prepared, {
      subject,
      identity: reached.identity,
      statement: approved.statement,
      totals: approvedTotals?.statement ?? null,
      planning: planningOf([approved, approvedTotals]),
      question: planned.question,
    });
    return prepared;
  };
};
