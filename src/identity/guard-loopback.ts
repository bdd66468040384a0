import type { IncomingMessage } from 'node:http';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { hostName, isLoopback } from './loopback.js';

/** What proxies add: whoever sends them forwards somebody else's requests. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

const refuse = (message: string): never => {
  throw new DataMindError('FORBIDDEN', message, {
    hint: 'With DATAMIND_AUTH=required every caller shows a token, and the server may be reached from elsewhere.',
  });
};

const isHere = (address: string | undefined): boolean =>
  address !== undefined && isLoopback(address.replace(/^::ffff:/i, ''));

/**
 * While callers need not prove who they are, only this machine is served, and only to itself. A web page that points a name
 * of its own at 127.0.0.1 (DNS rebinding) is told apart by the Host header, one that simply calls us by the Origin, a proxy
 * by what it adds.
 * @throws DataMindError `FORBIDDEN`
 */
export const assertFromThisMachine = ({ headers, socket }: IncomingMessage): void => {
  if (!isHere(socket.remoteAddress) || !isHere(socket.localAddress)) refuse('This server serves its own machine only.');
  if (forwarding.some((name) => headers[name] !== undefined)) {
    refuse('This server serves its own machine only, and this request was forwarded from elsewhere.');
  }
  const name = hostName(headers.host);
  if (name === null || !isLoopback(name)) {
    refuse('This server answers to the names localhost, 127.0.0.1 and [::1] only; use one of them in the address.');
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}` && origin !== `https://${headers.host}`) {
    refuse('Pages of other origins may not call this server; call it from its own pages.');
  }
};
