import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import type { Connector, PluginModule } from '../../core/plugin/contract.js';
import { selfSignedCertificate } from './certificate.js';
import type { TestEngine } from './engine.js';
import { codeOf, withConnector } from './open-connector.js';

/** A connector to a server, and how that server is asked what the cases want to know. */
export interface ServerConnector<Config> {
  readonly module: PluginModule<Connector, Config>;
  readonly scheme: string;
  /** The server and a configuration that reaches it over `verify-full`; known when tests run. */
  open(): { readonly engine: TestEngine; readonly config: Readonly<Record<string, unknown>> };
  /** One cell, `true` or 1, when the session is encrypted. */
  readonly encrypted: string;
  /** Runs for 30 seconds. */
  readonly sleeps: string;
  /** So many rows that nobody waits for the end. */
  readonly endless: string;
  /** One cell: the session. */
  readonly session: string;
  /** Finds the session that runs the text tagged `doomed`, as `id`. */
  readonly doomed: string;
  /** Ends a session; resolves when it is gone. */
  ends(id: unknown): readonly string[];
  /** Lets the user have one connection, or as many as before. */
  readonly one: string;
  readonly many: string;
  /** The code for a database that does not exist. */
  readonly nowhere: string;
}

const stranger = selfSignedCertificate('stranger.example');

/** A server that takes connections and says one thing, or nothing. */
const listens = async (answer: string | null, work: (port: number) => Promise<void>): Promise<void> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (answer !== null) socket.end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
};

/** `plain`, `encrypted`, or the code of the error. */
export const encryptionOf = <Config>(
  { module, encrypted }: Pick<ServerConnector<Config>, 'module' | 'encrypted'>,
  config: Readonly<Record<string, unknown>>,
): Promise<string> =>
  withConnector(module, config, async ({ ask }) => {
    const { rows } = await ask(encrypted);
    return /^(1|true)$/.test(String(rows[0]?.[0])) ? 'encrypted' : 'plain';
  }).catch((error: { readonly code: string }) => error.code);

/** The cases of TLS that every connector to a server has alike. */
export const describeTls = <Config>(server: ServerConnector<Config>): void => {
  const trusted = (): string => (server.open().config.tls as { readonly ca: string }).ca;
  const modes: readonly (readonly [title: string, tls: () => object, host: string, outcome: string])[] = [
    ['disable', () => ({ mode: 'disable' }), '127.0.0.1', 'plain'],
    ['disable with certificates', () => ({ mode: 'disable', ca: trusted() }), '127.0.0.1', 'CONFIG_INVALID'],
    ['require, believing anybody', () => ({ mode: 'require' }), '127.0.0.1', 'encrypted'],
    ['verify-ca with the right authority', () => ({ mode: 'verify-ca', ca: trusted() }), '127.0.0.1', 'encrypted'],
    [
      'verify-ca with a wrong authority',
      () => ({ mode: 'verify-ca', ca: stranger.certificate }),
      '127.0.0.1',
      'TLS_FAILED',
    ],
    ['verify-ca with the authorities of Node.js', () => ({ mode: 'verify-ca' }), '127.0.0.1', 'TLS_FAILED'],
    ['verify-full by address', () => ({ mode: 'verify-full', ca: trusted() }), '127.0.0.1', 'encrypted'],
    ['verify-full by name', () => ({ mode: 'verify-full', ca: trusted() }), 'localhost', 'encrypted'],
    [
      'verify-full with a wrong authority',
      () => ({ mode: 'verify-full', ca: stranger.certificate }),
      'localhost',
      'TLS_FAILED',
    ],
    ['an authority that is no certificate', () => ({ mode: 'verify-full', ca: 'nonsense' }), 'localhost', 'TLS_FAILED'],
    ['a key without its certificate', () => ({ mode: 'require', key: 'nonsense' }), 'localhost', 'TLS_FAILED'],
  ];
  for (const [title, tls, host, outcome] of modes) {
    it(title, async () => {
      expect(await encryptionOf(server, { ...server.open().config, host, tls: tls() })).to.equal(outcome);
    });
  }

  it('cancels over TLS', () =>
    withConnector(server.module, server.open().config, async ({ ask }) => {
      const began = performance.now();
      expect(await codeOf(ask(server.sleeps, { timeoutMs: 200 }))).to.equal('QUERY_TIMEOUT');
      expect(performance.now() - began).to.be.below(15_000);
    }));
};

/** What goes wrong between a connector and a server, alike for all. */
export const describeFailures = <Config>(server: ServerConnector<Config>): void => {
  const { module, scheme } = server;
  const withChange = (change: object): Readonly<Record<string, unknown>> => ({ ...server.open().config, ...change });
  const startCode = (change: object): Promise<string> =>
    codeOf(withConnector(module, withChange(change), async () => 0));

  for (const mode of ['disable', 'require']) {
    it(`a server that never answers (TLS: ${mode}): the connection times out`, () =>
      listens(null, async (port) => {
        expect(await startCode({ port, connectTimeoutMs: 300, tls: { mode } })).to.equal('CONNECTION_FAILED');
      }));
    it(`a server of another kind (TLS: ${mode})`, () =>
      listens('HTTP/1.1 400 Bad Request\r\n\r\n', async (port) => {
        const codes = ['CONNECTION_LOST', 'CONNECTION_FAILED', ...(mode === 'require' ? ['TLS_FAILED'] : [])];
        expect(await startCode({ port, tls: { mode } })).to.be.oneOf(codes);
      }));
  }

  it('a URL takes the place of the parts, and the parts win', async () => {
    const { host, port, user, password, database, tls } = server.open().config as Record<string, string>;
    const url = `${scheme}://${user}:${password}@${host}:${port}/nowhere?sslmode=verify-full`;
    expect(await codeOf(withConnector(module, { url, tls }, async () => 0))).to.equal(server.nowhere);
    expect(await codeOf(withConnector(module, { url, tls, database }, async () => 0))).to.equal('none');
  });
  const badUrls: readonly string[] = [
    'nonsense',
    'gopher://u:p@h/d',
    `${scheme}://h`,
    `${scheme}://u@h/d?multipleStatements=true`,
    `${scheme}://u@h/d?sslmode=maybe`,
    `${scheme}://u@h/d#part`,
    `${scheme}://u:%zz@h/d`,
  ];
  for (const url of badUrls) {
    it(`a URL that will not do: ${url}`, async () => {
      expect(await codeOf(withConnector(module, { url }, async () => 0))).to.equal('CONFIG_INVALID');
    });
  }

  it('a full pool: refused after the wait', () =>
    withConnector(module, withChange({ pool: { max: 1, acquireTimeoutMs: 200 } }), async ({ ask, query }) => {
      const held = await query(server.endless);
      expect(await codeOf(ask('SELECT 1'))).to.equal('TOO_MANY_CONNECTIONS');
      await held.close();
      expect(await codeOf(ask('SELECT 1'))).to.equal('none');
    }));
  it('a full server', async () => {
    const { engine, config } = server.open();
    await engine.admin(server.one);
    try {
      await withConnector(module, config, async () => {
        expect(await startCode({})).to.equal('TOO_MANY_CONNECTIONS');
      });
    } finally {
      await engine.admin(server.many);
    }
  });
  it('a connection that the server ends in the middle of a stream: a code, and the next statement gets another', () =>
    withConnector(module, withChange({ pool: { max: 1 } }), async ({ ask, query }) => {
      const { engine } = server.open();
      const result = await query(server.endless, { tag: 'doomed' });
      const reader = result.batches[Symbol.asyncIterator]();
      await reader.next();
      const [{ id }] = (await engine.admin(server.doomed)) as [{ readonly id: unknown }];
      await engine.admin(...server.ends(id));
      const rest = async (): Promise<void> => {
        while (!(await reader.next()).done);
      };
      expect(await codeOf(rest())).to.equal('CONNECTION_LOST');
      expect((await ask('SELECT 1')).rows).to.deep.equal([[1]]);
    }));
  it('a connection that the server ended while it was idle is replaced unseen', () =>
    withConnector(module, withChange({ pool: { max: 1 } }), async ({ ask }) => {
      const [[id]] = (await ask(server.session)).rows as [[unknown]];
      await server.open().engine.admin(...server.ends(id));
      expect((await ask('SELECT 1')).rows).to.deep.equal([[1]]);
    }));
};
