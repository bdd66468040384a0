import { isIP } from 'node:net';

const withoutBrackets = (name: string): string => name.replace(/^\[(.*)\]$/, '$1');

/** True for names that can only mean this machine: `localhost`, `127.0.0.0/8`, `::1`. */
export const isLoopback = (name: string): boolean => {
  const bare = withoutBrackets(name.toLowerCase());
  if (bare === 'localhost' || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
};

/** The host name in a `Host` header (`localhost:8000`, `[::1]:8000`), or `null` when there is none. */
export const hostName = (header: string | undefined): string | null =>
  /^(\[[0-9a-fA-F:.]+\]|[^:@/\s]+)(?::\d{1,5})?$/.exec(header ?? '')?.[1] ?? null;
