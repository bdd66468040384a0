import type { IncomingMessage } from 'node:http';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { hostName, isLoopback } from '../identity/loopback.js';

/**
 * Until callers can prove who they are, only this machine is served, and only to itself: a web page that points a name
 * of its own at 127.0.0.1 (DNS rebinding) is told apart by the Host header, one that simply calls us by the Origin.
 * @throws DataMindError `FORBIDDEN`
 */
export const assertFromThisMachine = ({ headers }: IncomingMessage): void => {
  const name = hostName(headers.host);
  if (name === null || !isLoopback(name)) {
    throw new DataMindError(
      'FORBIDDEN',
      'This server answers to the names localhost, 127.0.0.1 and [::1] only; use one of them in the address.',
    );
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}` && origin !== `https://${headers.host}`) {
    throw new DataMindError(
      'FORBIDDEN',
      'Pages of other origins may not call this server; call it from its own pages.',
    );
  }
};
