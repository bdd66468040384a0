import { type BroadcastOptions, type Session, SessionAwareAdapter } from 'socket.io-adapter';

/** Whether what was known of a connection still holds. Never rejects. */
export type StillGood = (data: unknown) => Promise<boolean>;

/**
 * The in-process adapter of Socket.IO, which asks again before it gives a connection anything: an event, or what it missed. The
 * latter cannot be left to a middleware: a socket that is recovered is sent what it missed when it is made, before any runs.
 */
export const recheckingAdapter = (stillGood: StillGood): typeof SessionAwareAdapter =>
  class extends SessionAwareAdapter {
    /** Events go out in the order in which they came. */
    #last: Promise<unknown> = Promise.resolve();

    override async restoreSession(...which: Parameters<SessionAwareAdapter['restoreSession']>): Promise<Session> {
      const session = await super.restoreSession(...which);
      const good = session !== null && (await stillGood(session.data));
      // The base class says "none" by null as well, whatever its types say.
      return good ? session : (null as unknown as Session);
    }

    override broadcast(packet: unknown, options: BroadcastOptions): void {
      const send = (): void => super.broadcast(packet, options);
      this.#last = this.#last.then(async () => {
        const ids = await this.sockets(options.rooms);
        await Promise.all([...ids].map((id) => this.#recheck(id)));
        send();
      });
    }

    async #recheck(id: string): Promise<void> {
      const socket = this.nsp.sockets.get(id);
      if (socket !== undefined && !(await stillGood(socket.data))) socket.disconnect(true);
    }
  };
