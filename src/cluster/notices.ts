import { newId } from '../store/new-id.js';
import type { Json } from '../audit/trail.js';
import type { Redis } from './open-redis.js';

/**
 * Tells the other processes that something has happened, so that they need not wait until they look. A notice may be lost: nothing
 * is right because of one, only sooner.
 */
export interface Notices {
  /** To all others; nobody, where there are none. */
  announce(topic: string, body?: Json): void;
  /** What others announce. @param from their process */
  on(topic: string, listener: (body: Json, from: string) => void): void;
}

/** For a process that is alone. */
export const noNotices: Notices = { announce: () => undefined, on: () => undefined };

type Listener = (body: Json, from: string) => void;

interface Notice {
  readonly from: string;
  readonly topic: string;
  readonly body: Json;
}

const read = (text: string): Notice | null => {
  try {
    const { from, topic, body } = JSON.parse(text) as Notice;
    return typeof from === 'string' && typeof topic === 'string' ? { from, topic, body } : null;
  } catch {
    return null;
  }
};

/** Over Redis' channels. */
export const openNotices = (redis: Redis): Notices => {
  const self = newId();
  const channel = `${redis.prefix}notices`;
  const listeners = new Map<string, Listener[]>();
  redis
    .connection()
    .subscribe(channel, (text) => {
      const notice = read(text);
      if (notice === null || notice.from === self) return;
      for (const listener of listeners.get(notice.topic) ?? []) listener(notice.body, notice.from);
    })
    .catch(() => undefined);
  return {
    announce: (topic, body = null) => {
      void redis.ask((client) => client.publish(channel, JSON.stringify({ from: self, topic, body } satisfies Notice)));
    },
    on: (topic, listener) => {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
    },
  };
};
