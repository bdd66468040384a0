import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be broken and mended while it is used. */
export interface BreakableProxy {
  readonly port: number;
  /** Ends what is open, and refuses what comes, as a server that is gone does. */
  cut(): Promise<void>;
  /** Takes what is sent and answers nothing, as a network that loses packets does. */
  stall(): void;
  /** Lets everything through again; what was stalled is ended. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** @param host and port where the server is */
export const startProxy = async (host: string, port: number): Promise<BreakableProxy> => {
  const open = new Set<Socket>();
  let stalled = false;
  const server = createServer((near) => {
    const far = connect(port, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.on('data', (data) => {
        if (!stalled) other.write(data);
      });
    }
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const chosen = await listen(0);
  const endAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    endAll();
    await closed;
  };
  return {
    port: chosen,
    cut: close,
    stall: () => {
      stalled = true;
    },
    mend: async () => {
      stalled = false;
      endAll();
      if (!server.listening) await listen(chosen);
    },
    stop: close,
  };
};
