/** SQL of a user → what may run: policed, judged, seen alike by a second parser. */
import type { Firewall } from '../../core/firewall/create-firewall.js';
import { defaultLimits } from '../../core/firewall/limits.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { ApprovedStatement, Connector, Planning } from '../../core/plugin/contract.js';
import { takesText, type TextDialect } from '../../core/sql/text-dialects.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { policyFingerprint } from '../../semantic/policy/policy-fingerprint.js';
import { approveStatement, createMemory } from './approved-statements.js';
import type { Secret } from './execute.js';
import { databasesOf, type Reached, type ReachOf } from './reach.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import { policeText } from './police-text.js';
import type { LineageReader } from './read-lineages.js';
import type { Prepared, PreparedSql } from './prepared.js';
import {
  actorOf,
  agreedBy,
  connectionProof,
  modelProof,
  notShown,
  type Proof,
  sha256,
  type TableRead,
  tableProof,
  toldPolicies,
  toldProof,
} from './proof.js';
import { createTurns, type Turn } from './take-turns.js';

/** What is asked, by whom, of which model. */
export interface SqlRequest {
  readonly model: Model;
  readonly sql: string;
  readonly subject: Subject;
  /** The model's own when absent. */
  readonly connection?: string;
  /** Rows that are wanted at most; `null`: all, as they come. */
  readonly limit: number | null;
  readonly correlationId: string;
  /** Where it is asked from: a network address, for the audit. */
  readonly origin?: string | null;
  readonly signal: AbortSignal;
  /** SHA-256 of what a question in words was read with, where it came of one. */
  readonly readWith?: string;
}

export interface PreparerParts {
  readonly reachOf: ReachOf;
  readonly firewall: Firewall;
  readonly now: () => number;
  readonly lineages: LineageReader;
  /** The key of masked hashes. */
  readonly salt: string | null;
  /** Keeps what a prepared statement stands for. */
  readonly keep: (prepared: Prepared, secret: Secret) => void;
}

/** All that does not depend on who asks, beyond what the policies' fingerprint says. */
interface Made {
  readonly statement: ApprovedStatement;
  readonly planning: Planning;
  readonly shown: Omit<PreparedSql, 'proof' | 'told' | 'validUntil' | 'key' | 'queryId'>;
  readonly proof: Omit<Proof, 'subject'>;
  readonly tables: readonly TableRead[];
  readonly key: string;
}

const most = 2_000;

/** @throws DataMindError where nobody but the parser library could say what a text means to the database */
const textDialectOf = (name: string, { dialect }: Connector): TextDialect => {
  if (takesText(dialect)) return dialect;
  throw new DataMindError(
    'UNSUPPORTED_ON_DIALECT',
    `The connection "${name}" (${dialect}) takes no SQL text yet, because no second parser can check it; ask a semantic query.`,
  );
};

const placeOf = (name: string, { place }: Connector) => {
  if (place !== undefined && place !== null) return place;
  throw new DataMindError(
    'SQL_NOT_ALLOWED',
    `The connection "${name}" does not say which schema bare names mean, so it takes no SQL; ask a semantic query.`,
  );
};

export const createSqlPreparer = ({ reachOf, firewall, now, keep, salt, lineages }: PreparerParts) => {
  const memory = createMemory<Model, Made>(most);

  const turns = createTurns();

  const make = async (
    request: SqlRequest,
    reached: Reached,
    at: number,
    known: Lineages,
    turn: Turn,
  ): Promise<Made> => {
    const { model, sql, subject, limit, signal } = request;
    const { name: home, connector, identity } = reached;
    const dialect = textDialectOf(home, connector);
    const place = placeOf(home, connector);
    const context = { model, subject, connection: home, dialect, place, now: at, lineages: known, salt };
    // One more than is wanted tells that there are more.
    const { policed, expected } = policeText(sql, limit === null ? null : limit + 1, context);
    const { text, parameters, policing, tables, before, after } = policed;
    const lineage = known.of(home);
    const candidate = { text, parameters, policing, expected, views: lineage.viewsOf.bind(lineage) };
    await turn.pause();
    const { statement, verdict, opinion } = await approveStatement(
      firewall,
      connector,
      candidate,
      defaultLimits,
      signal,
      turn,
    );
    const policies = [...new Set(tables.flatMap(({ permission }) => permission.policies))].sort();
    const read = tables.map(
      ({ table, alias, permission, barrier }): TableRead => ({
        proof: tableProof(table, alias, permission, barrier),
        entity: null,
        outside: permission.outside,
      }),
    );
    return {
      statement,
      planning: verdict.planning,
      tables: read,
      key: sha256(JSON.stringify([identity, model.hash, text, parameters, limit])),
      shown: {
        kind: 'sql',
        connection: home,
        connectionId: reached.id,
        dialect,
        sql: read.some(({ outside }) => outside) ? notShown : text,
        original: policing.original,
        policies: toldPolicies(model, policies),
        warnings: [],
        modelHash: model.hash,
        cacheable: !verdict.volatile,
        barrier: tables.find(({ barrier }) => barrier !== null)?.barrier ?? null,
        expensive: [...verdict.functions].flatMap(([name, kind]) => (kind === 'expensive' ? [name] : [])),
      },
      proof: {
        made_from: 'sql',
        ...modelProof(model),
        connection: home,
        ...connectionProof(reached),
        dialect,
        policies,
        tables: read.map(({ proof }) => proof),
        before,
        after,
        agreed: agreedBy(opinion),
        volatile: verdict.volatile,
      },
    };
  };

  return async (request: SqlRequest): Promise<PreparedSql> => {
    const { model, sql, subject, connection, limit, readWith } = request;
    const at = now();
    const reach = reachOf(subject);
    const reached = await reach.find(connection ?? reach.homeOf(model.project.connection));
    const { fingerprint, validUntil } = policyFingerprint(model, subject, new Date(at));
    const known = await lineages.read(model, reached.name, databasesOf(reach));
    // The hash names the connection, and what it is now.
    const name = `${fingerprint} ${known.hash} ${limit} ${sql}`;
    let made = memory.get(model, name);
    if (made === undefined) {
      const turn = await turns(sql);
      try {
        if (request.signal.aborted)
          throw new DataMindError('QUERY_CANCELLED', 'The request was given up by its client.');
        made = await make(request, reached, at, known, turn);
      } finally {
        turn.end();
      }
      memory.set(model, name, made);
    }
    const key = `${subject.workspace} ${fingerprint} ${validUntil?.getTime() ?? ''} ${made.key}`;
    const proof: Proof = {
      ...made.proof,
      subject: actorOf(subject),
      ...(readWith !== undefined && { read_with: readWith }),
    };
    const prepared: PreparedSql = Object.freeze({
      ...made.shown,
      key,
      queryId: `q_${made.key.slice(0, 24)}`,
      validUntil: validUntil?.getTime() ?? null,
      proof,
      told: toldProof(model, proof, made.tables),
    });
    const { statement, planning } = made;
    keep(prepared, { subject, identity: reached.identity, statement, totals: null, planning, question: null });
    return prepared;
  };
};
