const mark = Buffer.from('\r\n\r\n');

export interface FirstResponse {
  /** Bytes, head and body. */
  readonly length: number;
  readonly status: number;
}

/** The one whole response at the start of the bytes; `null` when it is not whole yet. */
export const firstResponse = (bytes: Buffer): FirstResponse | null => {
  const end = bytes.indexOf(mark);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`a response without a length: ${head}`);
  const whole = end + mark.length + Number(length);
  return bytes.length < whole ? null : { length: whole, status: Number(head.slice(9, 12)) };
};
