import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import { addressOf, type Trust } from '../api/address.js';
import type { RateLimiter } from '../api/rate-limits.js';
import type { OnEnded } from '../audit/watch-trail.js';
import { actorOf, type Caller, NotAdmitted } from '../identity/caller.js';
import type { Gate } from '../identity/gate.js';
import { noNotices } from '../cluster/notices.js';
import type { Cluster } from '../cluster/open-cluster.js';
import { answerOverSocket, type SocketQuestions } from './answer-over-socket.js';
import { clusterAdapter } from './cluster-adapter.js';
import { createPresence } from './presence.js';
import { recheckingAdapter } from './recheck-sessions.js';

export interface RealtimeParts {
  readonly gate: Gate;
  readonly log: AppLogger;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trusts: Trust;
  /** Origins whose pages may connect, besides this server's own. */
  readonly origins: readonly string[];
  readonly limiter?: RateLimiter;
  /** The other processes; absent where there are none. */
  readonly cluster?: Cluster;
  readonly now?: () => number;
  /** Answers questions in words; they are not heard when absent. */
  readonly ask?: SocketQuestions['ask'];
  /** How often connections that nothing is sent to are asked again. Default: 5 s. */
  readonly recheckMs?: number;
}

export interface Realtime {
  /** Takes connections at `/socket.io` of this server. */
  attach(server: HttpServer): void;
  /** Tells callers how their statements ended. */
  readonly ended: OnEnded;
  /** Asks all connections again, now: something about somebody has changed. */
  recheck(): void;
  /** Disconnects everybody who is connected to this process. */
  close(): Promise<void>;
}

/** What is kept of a connection, in this process only: it holds the token. */
interface Known {
  asking: {
    readonly authorization: string | null;
    readonly workspace: string | null;
    readonly project: string | null;
    readonly address: string | null;
  };
  /** Who it was when it connected: what the rooms follow from. */
  who: string;
  user: string;
  workspace: string;
  /** When it was last asked. */
  askedAt: number;
}

type Connection = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Known>;

/** A connection that was asked a second ago is not asked again for each event. */
const freshMs = 1_000;
const recoveredForMs = 60_000;
const largestMessage = 100_000;

const whoIs = ({ kind, id, session, workspace, project }: Caller): string =>
  JSON.stringify([kind, id, session, workspace, project]);
const workspaceRoom = (workspace: string): string => `workspace ${workspace}`;
const callerRoom = (workspace: string, user: string): string => `caller ${JSON.stringify([workspace, user])}`;

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const refusal = (error: unknown): Error => {
  const known = error instanceof DataMindError;
  const refused = new Error(known ? error.message : 'The connection could not be made; the log has the reason.');
  return Object.assign(refused, { data: { code: known ? error.code : 'INTERNAL' } });
};

export const createRealtime = (parts: RealtimeParts): Realtime => {
  const { gate, log, trusts, origins, limiter, cluster, ask, now = Date.now, recheckMs = 5_000 } = parts;

  const callerOf = async ({ authorization, workspace, project, address }: Known['asking']): Promise<Caller> => {
    const headers = authorization === null ? {} : { authorization };
    const caller = await gate.callerOf({ headers } as IncomingMessage, { workspace, project, address });
    if (caller === null)
      throw new DataMindError('UNAUTHENTICATED', 'Connect with an access token: { auth: { token } }.');
    if (caller.workspace === null) {
      throw new NotAdmitted('You are not a member of a workspace yet.', actorOf(caller));
    }
    return caller;
  };

  const stillGood = async (data: unknown): Promise<boolean> => {
    const known = data as Known;
    if (now() - known.askedAt < freshMs) return true;
    try {
      const caller = await callerOf(known.asking);
      known.askedAt = now();
      return whoIs(caller) === known.who;
    } catch (error) {
      if (!(error instanceof DataMindError)) log.error('a connection could not be checked', { error });
      return false;
    }
  };

  const io = new Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Known>({
    serveClient: false,
    maxHttpBufferSize: largestMessage,
    connectionStateRecovery: { maxDisconnectionDuration: recoveredForMs, skipMiddlewares: false },
    adapter: cluster === undefined ? recheckingAdapter(stillGood) : clusterAdapter(cluster, stillGood),
    cors: { origin: [...origins] },
    allowRequest: (request, done) => {
      try {
        gate.guard(request);
        done(null, true);
      } catch {
        done('This server does not take connections from there.', false);
      }
    },
  });

  /** Somebody known who is not let in is written down, as at every route. */
  const refused = async (error: unknown, caller: Caller | null, address: string | null): Promise<void> => {
    const actor = error instanceof NotAdmitted ? error.actor : caller === null ? null : actorOf(caller);
    if (actor === null || !(error instanceof DataMindError) || error.code !== 'FORBIDDEN') return;
    await gate.refused(actor, { operation: 'connect', code: error.code, correlationId: correlationId(), address });
  };

  const admit = async (socket: Connection): Promise<void> => {
    const { auth } = socket.handshake;
    const token = textOf(auth.token);
    const asking = {
      authorization: token === null ? null : `Bearer ${token}`,
      workspace: textOf(auth.workspace),
      project: textOf(auth.project),
      address: addressOf(socket.request, trusts),
    };
    await limiter?.fromAddress(asking.address, 1);
    const caller = await callerOf(asking).catch(async (error: unknown) => {
      await refused(error, null, asking.address);
      throw error;
    });
    await limiter?.byCaller(caller, 1);
    const who = whoIs(caller);
    if (socket.recovered && socket.data.who !== who) {
      const error = new DataMindError('FORBIDDEN', 'This connection was somebody else’s; connect anew.');
      await refused(error, caller, asking.address);
      throw error;
    }
    Object.assign(socket.data, {
      asking,
      who,
      user: caller.subject.user,
      workspace: caller.workspace,
      askedAt: now(),
    });
  };

  io.use((socket, next) => {
    admit(socket).then(
      () => next(),
      (error: unknown) => {
        if (!(error instanceof DataMindError)) log.error('a connection failed', { error });
        next(refusal(error));
      },
    );
  });

  const presence = createPresence({
    notices: cluster?.notices ?? noNotices,
    // Each process tells its own: all of them know who is where.
    onChange: (event, workspace, user) =>
      io.local.to(workspaceRoom(workspace)).emit(event, { user, at: new Date(now()).toISOString() }),
    now,
  });

  io.on('connection', (socket: Connection) => {
    const { user, workspace } = socket.data as Known;
    // What it says is heard only while its token holds.
    socket.use((_, next) => {
      stillGood(socket.data).then((good) => {
        if (good) next();
        else socket.disconnect(true);
      }, next);
    });
    socket.on('presence', (answer: unknown) => {
      if (typeof answer !== 'function') return;
      const here = presence.of(workspace).map((name) => ({ user: name }));
      answer({ data: here, count: here.length });
    });
    socket.on('disconnect', () => presence.leave(workspace, user));
    if (ask !== undefined) {
      const { asking } = socket.data as Known;
      answerOverSocket(socket, {
        ...{ log, ask, address: asking.address },
        ...(limiter !== undefined && { limiter }),
        callerOf: () => callerOf(asking),
        stillGood: () => stillGood(socket.data),
      });
    }
    // Others hear of it; who comes asks for "presence".
    presence.join(workspace, user);
    void socket.join([workspaceRoom(workspace), callerRoom(workspace, user)]);
  });

  const askAll = (): void => {
    for (const socket of io.sockets.sockets.values()) {
      stillGood(socket.data).then((good) => {
        if (!good) socket.disconnect(true);
      });
    }
  };
  const sweep = setInterval(() => {
    askAll();
    presence.beat();
  }, recheckMs);
  sweep.unref();

  return {
    attach: (server) => {
      io.attach(server);
    },
    ended: ({ action, actor, target, correlationId }, { result, detail }, seconds) => {
      if (action !== 'statement.run') return;
      io.to(callerRoom(actor.workspace, actor.user)).emit('query_completed', {
        correlation_id: correlationId,
        connection: target,
        result,
        rows: detail.rows ?? null,
        ms: Math.round(seconds * 1000),
      });
    },
    recheck: () => {
      for (const { data } of io.sockets.sockets.values()) data.askedAt = 0;
      askAll();
    },
    close: async () => {
      clearInterval(sweep);
      io.local.disconnectSockets(true);
      await io.sockets.adapter.close();
      io.engine?.close();
    },
  };
};
