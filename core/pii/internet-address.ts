/** E-mail addresses and addresses of the Internet Protocol. */
import type { Kind } from './identify-number.js';

export const email: Kind = { name: 'e-mail address', class: 'email', chance: 0.001 };
export const ip: Kind = { name: 'IP address', class: 'ip', chance: 0.05 };

/** Source: RFC 5321, 4.5.3.1. */
const longestLocalPart = 64;
const longestDomain = 253;

const localPart = /^[\p{L}\p{N}!#$'*+^_`{|}~.-]$/u;
const domainChar = /^[\p{L}\p{N}.-]$/u;
const domain = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:\p{L}{2,63}|xn--[a-z0-9-]{2,59})/u;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The address around an `@` (or its escape `%40`) that begins at `at`. Looks at 64 characters to the left, 253 to the right. */
export const emailAround = (text: string, at: number): Span | null => {
  const signLength = text[at] === '@' ? 1 : 3;
  let start = at;
  while (start > 0 && at - start < longestLocalPart && localPart.test(text[start - 1]!)) start -= 1;
  // What quotes or assigns may stand in an address, but does not begin one.
  while (start < at && /[.'`*{|$#!-]/.test(text[start]!)) start += 1;
  if (start === at) return null;
  const from = at + signLength;
  let end = from;
  while (end < text.length && end - from < longestDomain && domainChar.test(text[end]!)) end += 1;
  const found = domain.exec(text.slice(from, end));
  return found === null ? null : { start, end: from + found[0].length };
};

/** Source: RFC 791; without leading zeros, as RFC 6943 3.1.1 asks. */
export const isIpV4 = (text: string): boolean =>
  /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/.test(text) && !text.endsWith('.');

/** Source: RFC 4291, 2.2. */
export const isIpV6 = (text: string): boolean => {
  if (text.length > 45 || !text.includes(':') || !/^[0-9a-f:]+(?:[0-9.]+)?$/i.test(text)) return false;
  const tail = /:((?:\d{1,3}\.){3}\d{1,3})$/.exec(text)?.[1];
  if (tail !== undefined && !isIpV4(tail)) return false;
  const hex = tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`;
  const halves = hex.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const fits = groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
  return fits && (halves.length === 2 ? groups.length < 8 : groups.length === 8);
};

/** Addresses of no machine in particular: this host, any host, a mask of a network. */
export const isNobodysIp = (text: string): boolean =>
  /^(?:127\.|0\.0\.0\.0$|255\.255\.)/.test(text) || text === '::' || text === '::1';

/**
 * Four numbers are also how versions are written. A version seldom begins with a large number, and an address is seldom
 * small all through; those in between are told by a name beside them only.
 */
export const looksLikeVersion = (text: string): boolean => {
  const parts = text.split('.').map(Number);
  return parts[0]! < 30 && parts.every((part) => part < 100);
};
