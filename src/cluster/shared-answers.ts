import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { asBytes, type Redis } from './open-redis.js';

/** Answers that all processes share. */
export interface SharedAnswers {
  /** `null` when there is none, and when Redis does not answer. */
  get(key: string): Promise<{ readonly head: Buffer; readonly ttlMs: number } | null>;
  set(key: string, head: Buffer): void;
}

export interface SharedAnswerOptions {
  /** The key that secrets of the store are sealed with: all processes of a cluster have it. */
  readonly encryptionKey: Buffer;
  /** What all keys depend on besides: processes with another configuration of connections share nothing. */
  readonly scope: string;
  readonly ttlSeconds: number;
}

const largest = 4 * 1024 * 1024;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Answers in Redis. They are rows: so they are sealed (AES-256-GCM), each for its own key, and the key itself is there as an HMAC
 * only. Whoever reads Redis learns nothing; what was put in its place, or altered, or moved to another key, does not open, and is
 * no answer.
 */
export const createSharedAnswers = (redis: Redis, options: SharedAnswerOptions): SharedAnswers => {
  const { encryptionKey, scope, ttlSeconds } = options;
  const derived = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', encryptionKey, '', purpose, 32));
  const seal = derived('datamind shared answers: seal');
  const names = derived('datamind shared answers: names');
  const wholeOf = (key: string): Buffer => Buffer.from(JSON.stringify([scope, key]));
  const nameOf = (whole: Buffer): string =>
    `${redis.prefix}answer:${createHmac('sha256', names).update(whole).digest('base64url')}`;

  const sealed = (head: Buffer, whole: Buffer): Buffer => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', seal, nonce);
    cipher.setAAD(whole);
    return Buffer.concat([nonce, cipher.update(head), cipher.final(), cipher.getAuthTag()]);
  };
  const opened = (bytes: Buffer, whole: Buffer): Buffer | null => {
    try {
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', seal, nonce, { authTagLength: tagBytes });
      decipher.setAAD(whole);
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    } catch {
      return null;
    }
  };

  return {
    get: async (key) => {
      const whole = wholeOf(key);
      const name = nameOf(whole);
      const found = await redis.ask(async (client) => {
        const [bytes, ttl] = await Promise.all([client.withTypeMapping(asBytes).get(name), client.pTTL(name)]);
        return { bytes: bytes as Buffer | null, ttl: Number(ttl) };
      });
      // One without an end is none of ours.
      if (found === null || found.bytes === null || found.ttl <= 0) return null;
      const head = opened(found.bytes, whole);
      return head === null ? null : { head, ttlMs: Math.min(found.ttl, ttlSeconds * 1000) };
    },
    set: (key, head) => {
      if (head.length > largest || !redis.usable()) return;
      const whole = wholeOf(key);
      const value = sealed(head, whole);
      void redis.ask((client) => client.set(nameOf(whole), value, { expiration: { type: 'EX', value: ttlSeconds } }));
    },
  };
};
