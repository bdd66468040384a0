/** There are not enough bytes yet for the value that was asked for. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

const incomplete = new Incomplete();
/** No value of the protocol is longer; a larger length means that the bytes are no rows. */
const longest = 2 ** 30;

/** Reads the primitives of RowBinary from bytes that arrive in pieces. */
export interface ByteReader {
  at: number;
  bytes: Buffer;
  /** The index behind the last byte that may be read. */
  end: number;
  /** Moves past so many bytes and says where they begin. @throws Incomplete */
  take(count: number): number;
  /** An unsigned LEB128 number. @throws Incomplete */
  varint(): number;
  /** A length and so many bytes. @throws Incomplete */
  block(): Buffer;
}

export const createByteReader = (): ByteReader => ({
  at: 0,
  bytes: Buffer.alloc(0),
  end: 0,
  take(count) {
    const from = this.at;
    if (from + count > this.end) throw incomplete;
    this.at = from + count;
    return from;
  },
  varint() {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.take(1)]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
      if (value > longest) throw new Error('a length in the answer is out of all proportion');
    }
  },
  block() {
    const length = this.varint();
    if (length > longest) throw new Error('a length in the answer is out of all proportion');
    const from = this.take(length);
    return this.bytes.subarray(from, this.at);
  },
});
