import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';

/** Whether an address is a proxy whose word is taken for where a request comes from. */
export type Trust = (address: string, hops: number) => boolean;

/** @param networks addresses and networks of proxies, `10.0.0.0/8` */
export const trustOf = (networks: readonly string[]): Trust => proxyAddr.compile([...networks]);

/** Where a request comes from, as one spelling: past the proxies that are trusted, and no further. */
export const addressOf = (request: IncomingMessage, trusts: Trust): string | null => {
  const direct = request.headers['x-forwarded-for'] === undefined;
  const address: string | undefined = direct ? request.socket.remoteAddress : proxyAddr(request, trusts);
  return address?.replace(/^::ffff:(?=\d)/i, '').replace(/%.*$/, '') ?? null;
};
