/** Socket.IO over many processes: events go through a stream of Redis, and a connection that was cut off may come back at any of them. */
import { setTimeout as wait } from 'node:timers/promises';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { BroadcastOptions, ClusterAdapter, Session } from 'socket.io-adapter';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import type { Cluster } from '../cluster/open-cluster.js';
import type { RedisClient } from '../cluster/open-redis.js';
import type { StillGood } from './recheck-sessions.js';

/** How long an event waits for Redis before it goes to the connections of this process alone. */
const patienceMs = 500;
/** Of events; a stream that holds fewer than are missed in a minute gives back fewer. */
const mostEvents = 10_000;
/** `MessageType.BROADCAST`, which is no value at run time. */
const broadcastType = 3;

type Command = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * The commands that the adapter gives, on a connection of their own: it neither expects nor catches that Redis is down. A command
 * that fails does so after a while, so that nobody asks in a circle.
 */
const patiently = (cluster: Cluster): object => {
  const { redis } = cluster;
  const facade = (client: RedisClient): object => {
    const commands = client as unknown as Readonly<Record<string, Command>>;
    const quiet =
      (name: string): Command =>
      (...args) =>
        commands[name]!(...args).catch(() => null);
    return {
      // It tells this client from others by that.
      sSubscribe: () => undefined,
      on: () => undefined,
      connect: async () => undefined,
      disconnect: () => undefined,
      duplicate: () => facade(redis.connection()),
      subscribe: quiet('subscribe'),
      publish: quiet('publish'),
      set: quiet('set'),
      xRange: (...args: readonly unknown[]) => commands.xRange!(...args),
      multi: () => client.multi(),
      xRead: (...args: readonly unknown[]) =>
        commands.xRead!(...args).catch(async () => {
          await wait(200, null, { ref: false });
          return null;
        }),
      xAdd: async (...args: readonly unknown[]) => {
        if (!redis.usable()) throw new Error('Redis does not answer');
        const late = wait(patienceMs, null, { ref: false }).then(() => {
          throw new Error('Redis does not answer in time');
        });
        return Promise.race([commands.xAdd!(...args), late]);
      },
    };
  };
  return facade(redis.connection());
};

/** What is kept of a connection in Redis: its token, so it is sealed, for this session and these rooms. */
const sealing = (sealer: Sealer) => {
  const purpose = ({ pid, rooms }: Pick<Session, 'pid' | 'rooms'>): string =>
    `socket.io session ${JSON.stringify([pid, rooms])}`;
  return {
    seal: <T extends Omit<Session, 'missedPackets'>>(session: T): T => ({
      ...session,
      data: sealer.seal(Buffer.from(JSON.stringify(session.data)), purpose(session)),
    }),
    open: <T extends Session>(session: T): T => ({
      ...session,
      data: JSON.parse(sealer.open(Buffer.from(String(session.data)).toString(), purpose(session)).toString()),
    }),
  };
};

interface Message {
  readonly type: number;
  readonly data: { readonly opts: { readonly rooms: readonly string[] } };
}

/** The methods of the adapter that are stood before; some of them are the library's own. */
interface Guarded {
  broadcast(packet: unknown, options: BroadcastOptions): Promise<void>;
  onMessage(message: Message, offset?: string): void;
  persistSession(session: Omit<Session, 'missedPackets'>): void;
  restoreSession(pid: string, offset: string): Promise<Session | null>;
}

/** Like `recheckingAdapter`: a connection is asked again before it is given anything, whichever process the event comes from. */
export const clusterAdapter = (cluster: Cluster, stillGood: StillGood): ((nsp: unknown) => ClusterAdapter) => {
  const { redis } = cluster;
  const { seal, open } = sealing(cluster.sealer);
  const make = createAdapter(patiently(cluster), {
    streamName: `${redis.prefix}events`,
    channelPrefix: `${redis.prefix}events`,
    sessionKeyPrefix: `${redis.prefix}session:`,
    maxLen: mostEvents,
    blockTimeInMs: 1_000,
    onlyPlaintext: true,
  });
  // Socket.IO makes it with `new`.
  return function adapterOf(nsp) {
    const adapter = make(nsp);
    const guarded = adapter as unknown as Guarded;
    const { broadcast, onMessage, persistSession, restoreSession } = guarded;
    /** Events go out in the order in which they came. */
    let last: Promise<unknown> = Promise.resolve();
    const recheck = async (id: string): Promise<void> => {
      const socket = adapter.nsp.sockets.get(id);
      if (socket !== undefined && !(await stillGood(socket.data))) socket.disconnect(true);
    };
    const afterRecheck = (rooms: ReadonlySet<string>, give: () => unknown): Promise<void> => {
      const next = last.then(async () => {
        const ids = await adapter.sockets(new Set(rooms));
        await Promise.all([...ids].map(recheck));
        await give();
      });
      last = next.catch(() => undefined);
      return next;
    };
    guarded.broadcast = (packet, options) =>
      afterRecheck(options.rooms, () => broadcast.call(guarded, packet, options));
    guarded.onMessage = (message, offset) => {
      if (message.type !== broadcastType) onMessage.call(guarded, message, offset);
      else void afterRecheck(new Set(message.data.opts.rooms), () => onMessage.call(guarded, message, offset));
    };
    guarded.persistSession = (session) => {
      if (redis.usable()) persistSession.call(guarded, seal(session));
    };
    guarded.restoreSession = async (pid, offset) => {
      if (!redis.usable()) return null;
      try {
        const late = wait(patienceMs, null, { ref: false });
        const found = await Promise.race([restoreSession.call(guarded, pid, offset), late]);
        if (found === null) return null;
        const session = open(found);
        return (await stillGood(session.data)) ? session : null;
      } catch {
        return null;
      }
    };
    return adapter;
  };
};
