/**
 * Vectors on the disk, by the hash of their text: a file that only grows, one for each embedder. No text is in it. Each record
 * carries a check; what is torn or from elsewhere ends the file there, and is embedded again.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const hashBytes = 32;
const checkBytes = 4;

/** FNV-1a. */
const checkOf = (bytes: Uint8Array): number => {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
};

export const nameOf = (embedder: string): string => createHash('sha256').update(embedder).digest('hex').slice(0, 24);

/** As a key of maps. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** As this machine has them: files stay where they were made. */
const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export interface VectorFile {
  /** Gives every record to `take`, in their order. */
  read(take: (hash: string, vector: Float32Array) => void): Promise<void>;
  append(records: readonly { readonly hash: string; readonly vector: Float32Array }[]): Promise<void>;
}

export const openVectorFile = (
  folder: string,
  { id, dimensions }: { readonly id: string; readonly dimensions: number },
  mostRows: number,
): VectorFile => {
  const path = join(folder, `${nameOf(id)}.vectors`);
  const recordBytes = hashBytes + dimensions * 4 + checkBytes;
  return {
    read: async (take) => {
      const file = await open(path, 'r').catch(() => null);
      if (file === null) return;
      let good = 0;
      let size = 0;
      try {
        ({ size } = await file.stat());
        const rows = Math.floor(size / recordBytes);
        const atOnce = Math.max(1, Math.floor(4_000_000 / recordBytes));
        for (let row = 0; row < rows && row < mostRows; row += atOnce) {
          const buffer = Buffer.alloc(Math.min(atOnce, rows - row) * recordBytes);
          const { bytesRead } = await file.read(buffer, 0, buffer.length, row * recordBytes);
          for (let at = 0; at + recordBytes <= bytesRead; at += recordBytes) {
            const body = buffer.subarray(at, at + recordBytes - checkBytes);
            if (checkOf(body) !== buffer.readUInt32LE(at + recordBytes - checkBytes)) break;
            take(body.subarray(0, hashBytes).toString('base64'), floatsOf(body.subarray(hashBytes)));
            good += recordBytes;
          }
          if (good < row * recordBytes + buffer.length) break;
        }
      } finally {
        await file.close();
      }
      if (good === size) return;
      if (good === 0) await rm(path, { force: true });
      else await truncate(path, good);
    },
    append: async (records) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const buffer = Buffer.alloc(records.length * recordBytes);
      for (const [nth, { hash, vector }] of records.entries()) {
        const at = nth * recordBytes;
        buffer.write(hash, at, 'base64');
        buffer.set(bytesOf(vector), at + hashBytes);
        const end = at + recordBytes - checkBytes;
        buffer.writeUInt32LE(checkOf(buffer.subarray(at, end)), end);
      }
      await appendFile(path, buffer, { mode: 0o600 });
    },
  };
};
