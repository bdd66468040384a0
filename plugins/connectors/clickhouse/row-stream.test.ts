import { expect } from 'chai';
import type { ByteSource } from './byte-source.js';
import { NoRows, openRowStream, type RowStream, ServerException } from './row-stream.js';

const word = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const header = Buffer.concat([Buffer.from([2]), word('n'), word('s'), word('UInt8'), word('String')]);
const row = (n: number, s: string): Buffer => Buffer.concat([Buffer.from([n]), word(s)]);
const tag = 'kq8z01ab';
const message = 'Code: 153. DB::Exception: Division by zero. (ILLEGAL_DIVISION) (version 26.7.2.1 (official build))\n';
const frame = Buffer.from(`\r\n__exception__\r\n${tag}\r\n${message}${message.length} ${tag}\r\n__exception__\r\n`);
const cut = new Error('aborted');

/** A body in pieces of one size, that ends properly or breaks. */
const sourceOf = (body: Buffer, size: number, breaks?: Error): ByteSource => {
  let at = 0;
  return {
    next: async () => {
      at += size;
      if (at - size < body.length) return body.subarray(at - size, at);
      if (breaks) throw breaks;
      return null;
    },
    destroy: () => {},
  };
};

const readAll = async (stream: RowStream): Promise<unknown[]> => {
  const rows: unknown[] = [];
  for (let batch = await stream.next(); batch !== null; batch = await stream.next()) rows.push(...batch);
  return rows;
};

const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('rows of ClickHouse as they arrive', () => {
  const body = Buffer.concat([header, row(1, 'a'), row(2, ''), row(3, 'x'.repeat(100))]);
  const rows = [
    [1, 'a'],
    [2, ''],
    [3, 'x'.repeat(100)],
  ];

  for (const size of [1, 2, 7, 30, 1000]) {
    it(`in pieces of ${size} bytes`, async () => {
      const stream = await openRowStream(sourceOf(body, size), tag);
      expect(stream.columns).to.deep.equal([
        { name: 'n', type: 'integer', nativeType: 'UInt8' },
        { name: 's', type: 'string', nativeType: 'String' },
      ]);
      expect(await readAll(stream)).to.deep.equal(rows);
    });

    it(`an exception behind rows, in pieces of ${size} bytes, broken off or not`, async () => {
      for (const breaks of [undefined, cut]) {
        const stream = await openRowStream(sourceOf(Buffer.concat([body, frame]), size, breaks), tag);
        const error = await failureOf(readAll(stream));
        expect(error).to.be.instanceOf(ServerException);
        expect((error as ServerException).code).to.equal(153);
      }
    });

    it(`an exception of an older server, in pieces of ${size} bytes`, async () => {
      for (const breaks of [undefined, cut]) {
        const stream = await openRowStream(
          sourceOf(Buffer.concat([header, Buffer.from(message)]), size, breaks),
          undefined,
        );
        expect(await failureOf(readAll(stream))).to.be.instanceOf(Error);
      }
    });
  }

  it('a text like an exception in the data is data', async () => {
    const text = '\r\n__exception__\r\nother123';
    const stream = await openRowStream(sourceOf(Buffer.concat([header, row(1, text)]), 5), tag);
    expect(await readAll(stream)).to.deep.equal([[1, text]]);
  });

  const broken: readonly (readonly [title: string, body: Buffer, breaks?: Error])[] = [
    ['ends in the middle of a row', body.subarray(0, body.length - 1)],
    ['breaks behind a whole row', body, cut],
  ];
  for (const [title, bytes, breaks] of broken) {
    it(`an answer that ${title} is an error`, async () => {
      const stream = await openRowStream(sourceOf(bytes, 16, breaks), tag);
      expect(await failureOf(readAll(stream))).to.be.instanceOf(Error);
    });
  }

  it('an empty body is no result', async () => {
    expect(await failureOf(openRowStream(sourceOf(Buffer.alloc(0), 1), tag))).to.be.instanceOf(NoRows);
  });
  it('a column without rows is a result', async () => {
    expect(await readAll(await openRowStream(sourceOf(header, 3), tag))).to.deep.equal([]);
  });
});
