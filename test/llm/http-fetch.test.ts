import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createHttpFetch, createLlmLife, faultOfNetwork } from '../../core/plugin/llm-kit.js';
import { selfSignedCertificate } from '../engines/certificate.js';
import { type ProviderServer, startProviderServer } from './servers/provider-server.js';

const host = (lines: string[] = []) => {
  const write = (message: string, fields?: object): void => void lines.push(JSON.stringify([message, fields]));
  return {
    name: 'one',
    log: { debug: write, info: write, warn: write, error: write },
    now: () => Date.now(),
    redact: (text: string) => text,
    isApproved: () => false,
  };
};

describe('the fetch of language models', () => {
  let server: ProviderServer;
  const http = createHttpFetch();
  before(async () => {
    server = await startProviderServer();
  });
  after(async () => {
    http.close();
    await server.close();
  });

  it('refuses a server whose certificate nobody vouches for, and does not call that a thing that passes', async () => {
    const { certificate, key } = selfSignedCertificate();
    const tls: Server = createServer({ cert: certificate, key }, (_, response) => response.end('secret'));
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const url = `https://localhost:${(tls.address() as AddressInfo).port}/`;
    const error = await http.fetch(url).catch((thrown: unknown) => thrown);
    const fault = faultOfNetwork(error);
    expect([fault.code, fault.retryable]).to.deep.equal(['LLM_UNAVAILABLE', false]);
    tls.close();
  });

  for (const url of ['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x']) {
    it(`goes nowhere else: ${url}`, async () => {
      const error = await http.fetch(url).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 'LLM_REJECTED' });
    });
  }

  it('keeps what it is sent and gives what it got, byte by byte', async () => {
    const text = 'Zürich – 売上 🚀'.repeat(1_000);
    server.script({ events: [text], contentType: 'text/plain', chunk: 997 });
    const response = await http.fetch(`${server.url}/x?y=1`, { method: 'POST', body: text, headers: { 'X-One': 'ä' } });
    expect(await response.text()).to.equal(text);
    const [{ path, body, headers, method }] = server.received as [(typeof server.received)[number]];
    expect([method, path, body]).to.deep.equal(['POST', '/x?y=1', text]);
    expect(headers['content-length']).to.equal(String(Buffer.byteLength(text)));
  });

  it('uses a connection again', async () => {
    server.script({ status: 200, body: '{}' });
    for (let at = 0; at < 3; at += 1) {
      const response = await http.fetch(server.url, { method: 'POST', body: '{}' });
      await response.text();
    }
    expect(server.received).to.have.length(3);
    expect(new Set(server.received.map(({ port }) => port)).size).to.equal(1);
  });

  it('takes no answer without an end', async () => {
    const piece = 'x'.repeat(1024 * 1024);
    server.script({ events: Array.from({ length: 40 }, () => piece), contentType: 'text/plain' });
    const response = await http.fetch(server.url, { method: 'POST', body: '{}' });
    const error = await response.text().catch((thrown: unknown) => thrown);
    expect(faultOfNetwork(error).retryable).to.equal(false);
  });
});

describe('the life of a language model', () => {
  it('starts while the provider hangs, and says how it is', async () => {
    const lines: string[] = [];
    let asked = 0;
    const probe = (signal: AbortSignal): Promise<void> =>
      new Promise((_, reject) => {
        asked += 1;
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const life = createLlmLife({ host: host(lines), probe, close: () => undefined, limitMs: 30 });
    await life.start(new AbortController().signal);
    expect(lines).to.have.length(1);
    expect((await life.health(new AbortController().signal)).status).to.equal('down');
    // Providers count every request: it was asked a moment ago.
    expect(asked).to.equal(1);
    life.answered();
    expect((await life.health(new AbortController().signal)).status).to.equal('up');
    await life.stop();
    await life.stop();
  });
});
