/**
 * Stands in for SQL Server on the wire: TDS 7.4 with prelogin, login, batches, calls of `sp_executesql`, columns, rows, errors
 * and attention (MS-TDS). What a text answers, the test says; nothing here knows SQL.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

export type TdsType =
  | {
      readonly kind:
        | 'int'
        | 'bigint'
        | 'bit'
        | 'float'
        | 'money'
        | 'date'
        | 'time'
        | 'datetime2'
        | 'datetimeoffset'
        | 'uniqueidentifier';
    }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'nvarchar' | 'varbinary' };

/** The bytes of a value as the type has them, without the length; `null` is null. */
export type TdsValue = Buffer | null;

export interface TdsAnswer {
  readonly columns: readonly { readonly name: string; readonly type: TdsType }[];
  readonly rows: Iterable<readonly TdsValue[]>;
  /** An error after the rows. */
  readonly error?: TdsError;
  /** A second result behind the first. */
  readonly and?: TdsAnswer;
  /** The rows never end by themselves: wait for attention. */
  readonly hangs?: boolean;
}

export interface TdsError {
  readonly number: number;
  readonly message: string;
}

export interface TdsCall {
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly value: string | number | boolean | null }[];
}

export interface TdsLogin {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly application: string;
  readonly readOnlyIntent: boolean;
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const shortText = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), utf16(text)]);
const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const collation = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);

const typeInfo = (type: TdsType): Buffer => {
  switch (type.kind) {
    case 'int':
      return Buffer.from([0x26, 4]);
    case 'bigint':
      return Buffer.from([0x26, 8]);
    case 'bit':
      return Buffer.from([0x68, 1]);
    case 'float':
      return Buffer.from([0x6d, 8]);
    case 'money':
      return Buffer.from([0x6e, 8]);
    case 'decimal':
      return Buffer.from([0x6a, 17, type.precision, type.scale]);
    case 'date':
      return Buffer.from([0x28]);
    case 'time':
      return Buffer.from([0x29, 7]);
    case 'datetime2':
      return Buffer.from([0x2a, 7]);
    case 'datetimeoffset':
      return Buffer.from([0x2b, 7]);
    case 'uniqueidentifier':
      return Buffer.from([0x24, 16]);
    case 'nvarchar':
      return Buffer.concat([Buffer.from([0xe7]), u16(8000), collation]);
    case 'varbinary':
      return Buffer.concat([Buffer.from([0xa5]), u16(8000)]);
  }
};

const wide: ReadonlySet<TdsType['kind']> = new Set(['nvarchar', 'varbinary']);

const cell = (type: TdsType, value: TdsValue): Buffer => {
  if (wide.has(type.kind)) return value === null ? u16(0xffff) : Buffer.concat([u16(value.length), value]);
  return value === null ? Buffer.from([0]) : Buffer.concat([Buffer.from([value.length]), value]);
};

const metadata = ({ columns }: TdsAnswer): Buffer =>
  Buffer.concat([
    Buffer.from([0x81]),
    u16(columns.length),
    ...columns.flatMap(({ name, type }) => [u32(0), u16(0x09), typeInfo(type), shortText(name)]),
  ]);

const row = ({ columns }: TdsAnswer, values: readonly TdsValue[]): Buffer =>
  Buffer.concat([Buffer.from([0xd1]), ...columns.map(({ type }, at) => cell(type, values[at] ?? null))]);

const message = (token: number, { number, message: text }: TdsError): Buffer => {
  const body = Buffer.concat([
    u32(number),
    Buffer.from([1, 16]),
    u16(text.length),
    utf16(text),
    shortText('standin'),
    shortText(''),
    u32(1),
  ]);
  return Buffer.concat([Buffer.from([token]), u16(body.length), body]);
};

const done = (token: number, status: number): Buffer =>
  Buffer.concat([Buffer.from([token]), u16(status), u16(0), Buffer.alloc(8)]);

/** Reads what clients send, byte by byte in order. */
class Reader {
  at = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  u8(): number {
    this.at += 1;
    return this.bytes[this.at - 1]!;
  }
  u16(): number {
    this.at += 2;
    return this.bytes.readUInt16LE(this.at - 2);
  }
  u32(): number {
    this.at += 4;
    return this.bytes.readUInt32LE(this.at - 4);
  }
  take(length: number): Buffer {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  get left(): boolean {
    return this.at < this.bytes.length;
  }
  /** A value behind its type, as calls have them. */
  value(): string | number | boolean | null {
    const type = this.u8();
    if (type === 0xe7) {
      const most = this.u16();
      this.take(5);
      if (most !== 0xffff) {
        const length = this.u16();
        return length === 0xffff ? null : this.take(length).toString('utf16le');
      }
      const total = this.bytes.readBigUInt64LE(this.at);
      this.at += 8;
      if (total === 0xffffffffffffffffn) return null;
      const chunks: Buffer[] = [];
      for (let length = this.u32(); length > 0; length = this.u32()) chunks.push(this.take(length));
      return Buffer.concat(chunks).toString('utf16le');
    }
    this.u8();
    const length = this.u8();
    if (length === 0) return null;
    const bytes = this.take(length);
    if (type === 0x26) return length === 8 ? Number(bytes.readBigInt64LE()) : bytes.readIntLE(0, length);
    if (type === 0x6d) return length === 8 ? bytes.readDoubleLE() : bytes.readFloatLE();
    if (type === 0x68) return bytes[0] === 1;
    throw new Error(`the stand-in reads no parameter of type 0x${type.toString(16)}`);
  }
}

/** Skips ALL_HEADERS. */
const body = (bytes: Buffer): Buffer => bytes.subarray(bytes.readUInt32LE(0));

const readCall = (bytes: Buffer): TdsCall => {
  const reader = new Reader(body(bytes));
  if (reader.u16() !== 0xffff || reader.u16() !== 10) throw new Error('only sp_executesql is called');
  reader.u16();
  const values: { name: string; value: string | number | boolean | null }[] = [];
  while (reader.left) {
    const name = reader.take(reader.u8() * 2).toString('utf16le');
    reader.u8();
    values.push({ name, value: reader.value() });
  }
  const [text, , ...parameters] = values;
  return { text: String(text!.value), parameters };
};

const readLogin = (bytes: Buffer): TdsLogin => {
  const flags = bytes[26]!;
  const field = (at: number, plain = (part: Buffer): Buffer => part): string => {
    const offset = bytes.readUInt16LE(at);
    return plain(Buffer.from(bytes.subarray(offset, offset + bytes.readUInt16LE(at + 2) * 2))).toString('utf16le');
  };
  const unveiled = (part: Buffer): Buffer =>
    Buffer.from(part.map((byte) => (((byte ^ 0xa5) & 0x0f) << 4) | (((byte ^ 0xa5) & 0xf0) >> 4)));
  return {
    user: field(40),
    password: field(44, unveiled),
    application: field(48),
    database: field(68),
    readOnlyIntent: (flags & 0x20) !== 0,
  };
};

const packetBytes = 4096;

/** One client. */
class Line {
  readonly #socket: Socket;
  readonly #standIn: TdsStandIn;
  #buffer: Buffer = Buffer.alloc(0);
  #message: Buffer[] = [];
  #attention = false;
  #busy = false;

  constructor(socket: Socket, standIn: TdsStandIn) {
    this.#socket = socket;
    this.#standIn = standIn;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => this.#read(bytes));
  }

  #read(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#buffer.length >= 8) {
      const length = this.#buffer.readUInt16BE(2);
      if (this.#buffer.length < length) return;
      const [type, status] = [this.#buffer[0]!, this.#buffer[1]!];
      this.#message.push(this.#buffer.subarray(8, length));
      this.#buffer = this.#buffer.subarray(length);
      if ((status & 1) === 0) continue;
      const whole = Buffer.concat(this.#message);
      this.#message = [];
      if ((status & 8) !== 0) this.#standIn.resets += 1;
      void this.#handle(type, whole).catch(() => this.#socket.destroy());
    }
  }

  /** @param last whether the message ends with these bytes */
  async #send(bytes: Buffer, last: boolean): Promise<void> {
    for (let at = 0; at < bytes.length || (last && at === 0); at += packetBytes - 8) {
      const part = bytes.subarray(at, at + packetBytes - 8);
      const header = Buffer.from([4, last && at + packetBytes - 8 >= bytes.length ? 1 : 0, 0, 0, 0, 0, 1, 0]);
      header.writeUInt16BE(part.length + 8, 2);
      if (!this.#socket.write(Buffer.concat([header, part])) && !this.#socket.destroyed)
        await once(this.#socket, 'drain');
    }
  }

  async #handle(type: number, bytes: Buffer): Promise<void> {
    switch (type) {
      case 0x12:
        // Version, and no encryption.
        return this.#send(Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2]), true);
      case 0x10:
        return this.#login(readLogin(bytes));
      case 0x01:
        return this.#answer(body(bytes).toString('utf16le'), [], false);
      case 0x03: {
        const { text, parameters } = readCall(bytes);
        return this.#answer(text, parameters, true);
      }
      case 0x06:
        this.#standIn.attentions += 1;
        this.#attention = true;
        if (!this.#busy) await this.#attend();
        return;
      default:
        this.#socket.destroy();
    }
  }

  async #attend(): Promise<void> {
    this.#attention = false;
    await this.#send(done(0xfd, 0x20), true);
  }

  async #login(login: TdsLogin): Promise<void> {
    this.#standIn.logins.push(login);
    const refusal = this.#standIn.refuse(login);
    if (refusal !== null) return this.#send(Buffer.concat([message(0xaa, refusal), done(0xfd, 2)]), true);
    const name = shortText('Stand-in');
    const acknowledged = Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), name, Buffer.from([16, 0, 0, 0])]);
    return this.#send(
      Buffer.concat([Buffer.from([0xad]), u16(acknowledged.length), acknowledged, done(0xfd, 0)]),
      true,
    );
  }

  async #answer(text: string, parameters: TdsCall['parameters'], isCall: boolean): Promise<void> {
    const answer = this.#standIn.answer({ text, parameters });
    this.#busy = true;
    this.#standIn.running += 1;
    try {
      await this.#results(answer, isCall);
    } finally {
      this.#busy = false;
      this.#standIn.running -= 1;
    }
    if (this.#attention) {
      // What was on its way ends as a message of its own.
      await this.#send(done(isCall ? 0xfe : 0xfd, 2), true);
      return this.#attend();
    }
    const end = isCall ? Buffer.concat([Buffer.from([0x79]), u32(0), done(0xfe, 0)]) : done(0xfd, 0);
    const failure = answer === null || 'columns' in answer ? (answer?.error ?? null) : answer;
    const tail = failure === null ? end : Buffer.concat([message(0xaa, failure), done(isCall ? 0xfe : 0xfd, 2)]);
    return this.#send(tail, true);
  }

  async #results(answer: TdsAnswer | TdsError | null, isCall: boolean): Promise<void> {
    if (answer === null || !('columns' in answer)) return;
    await this.#send(metadata(answer), false);
    let waiting: Buffer[] = [];
    let size = 0;
    for (const values of answer.rows) {
      if (this.#attention || this.#socket.destroyed) return;
      const bytes = row(answer, values);
      waiting.push(bytes);
      size += bytes.length;
      this.#standIn.sent += 1;
      if (size < packetBytes) continue;
      await this.#send(Buffer.concat(waiting), false);
      waiting = [];
      size = 0;
      // Attention arrives in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (waiting.length > 0) await this.#send(Buffer.concat(waiting), false);
    while (answer.hangs === true && !this.#attention && !this.#socket.destroyed)
      await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.#attention) return;
    await this.#send(done(isCall ? 0xff : 0xfd, 0x11), false);
    if (answer.and) await this.#results(answer.and, isCall);
  }
}

export class TdsStandIn {
  readonly logins: TdsLogin[] = [];
  readonly calls: TdsCall[] = [];
  attentions = 0;
  resets = 0;
  running = 0;
  /** Rows handed to the socket. */
  sent = 0;
  refuse: (login: TdsLogin) => TdsError | null = () => null;
  readonly #answers: (call: TdsCall) => TdsAnswer | TdsError | null;
  readonly #server: Server;

  constructor(answers: (call: TdsCall) => TdsAnswer | TdsError | null) {
    this.#answers = answers;
    this.#server = createServer((socket) => new Line(socket, this));
  }

  answer(call: TdsCall): TdsAnswer | TdsError | null {
    this.calls.push(call);
    return this.#answers(call);
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** Values as SQL Server writes them. */
export const tds = {
  int: (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  },
  bigint: (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  bit: (value: boolean): Buffer => Buffer.from([value ? 1 : 0]),
  float: (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  },
  text: (value: string): Buffer => utf16(value),
  decimal: (unscaled: bigint): Buffer => {
    const bytes = Buffer.alloc(17);
    bytes[0] = unscaled < 0n ? 0 : 1;
    let rest = unscaled < 0n ? -unscaled : unscaled;
    for (let at = 1; at < 17; at += 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
    return bytes;
  },
  /** In ten thousandths. */
  money: (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32LE(Number(value >> 32n), 0);
    bytes.writeUInt32LE(Number(value & 0xffffffffn), 4);
    return bytes;
  },
  date: (days: number): Buffer => Buffer.from([days & 0xff, (days >> 8) & 0xff, (days >> 16) & 0xff]),
  /** In ten millionths of a second since midnight. */
  time: (ticks: bigint): Buffer =>
    Buffer.from([0n, 8n, 16n, 24n, 32n].map((shift) => Number((ticks >> shift) & 0xffn))),
};
