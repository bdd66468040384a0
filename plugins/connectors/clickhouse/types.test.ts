import { expect } from 'chai';
import { createByteReader, Incomplete } from './byte-reader.js';
import { parseElement, parseEnumValue, parseTypeName } from './type-name.js';
import { cellType } from './types.js';

describe('names of ClickHouse types', () => {
  const names: readonly (readonly [text: string, name: string, args: readonly string[]])[] = [
    ['String', 'String', []],
    ["DateTime64(3, 'Europe/Berlin')", 'DateTime64', ['3', "'Europe/Berlin'"]],
    ['Map(String, Array(Nullable(Int8)))', 'Map', ['String', 'Array(Nullable(Int8))']],
    ["Enum8('a,b' = 1, 'it\\'s)' = -2)", 'Enum8', ["'a,b' = 1", "'it\\'s)' = -2"]],
    ['Tuple(a UInt8, `odd, (name` String)', 'Tuple', ['a UInt8', '`odd, (name` String']],
    ['Tuple()', 'Tuple', []],
  ];
  for (const [text, name, args] of names) {
    it(text, () => expect(parseTypeName(text)).to.deep.equal({ name, args }));
  }
  for (const text of ['', '3', 'Array(Int8', 'Array Int8', "'x'"]) {
    it(`${JSON.stringify(text)} is none`, () => expect(parseTypeName(text)).to.equal(null));
  }

  it('elements of tuples have a name or none', () => {
    expect(parseElement('a Array(Tuple(b Int8))')).to.deep.equal({ name: 'a', type: 'Array(Tuple(b Int8))' });
    expect(parseElement("DateTime64(3, 'UTC')")).to.deep.equal({ name: null, type: "DateTime64(3, 'UTC')" });
    expect(parseElement('`a\\`b c` Int8')).to.deep.equal({ name: 'a`b c', type: 'Int8' });
  });
  it('values of enumerations', () => {
    expect(parseEnumValue("'it\\'s = 1' = -128")).to.deep.equal([-128, "it's = 1"]);
    expect(parseEnumValue("'tab\\t' = 5")).to.deep.equal([5, 'tab\t']);
  });
});

describe('cells of ClickHouse', () => {
  const cells: readonly (readonly [type: string, hex: string, logical: string, cell: unknown])[] = [
    ['Bool', '01', 'boolean', true],
    ['UInt32', 'ffffffff', 'integer', 4_294_967_295],
    ['Int64', 'ffffffffffffff7f', 'bigint', '9223372036854775807'],
    ['Int64', '0000000000000080', 'bigint', '-9223372036854775808'],
    ['Int64', 'ffffffffffffffff', 'bigint', '-1'],
    ['Int64', '00000000000020ff', 'bigint', '-63050394783186944'],
    ['UInt64', 'ffffffffffffffff', 'bigint', '18446744073709551615'],
    ['Int256', 'ff'.repeat(32), 'bigint', '-1'],
    ['UInt128', 'ff'.repeat(16), 'bigint', '340282366920938463463374607431768211455'],
    ['Decimal(9, 2)', 'ffffffff', 'decimal', '-0.01'],
    ['Decimal(18, 0)', '0500000000000000', 'decimal', '5'],
    ['Decimal(76, 3)', `${'01'}${'00'.repeat(31)}`, 'decimal', '0.001'],
    ['Float32', 'cdcccc3d', 'float', 0.1],
    ['Float32', '01000000', 'float', 1.4013e-45],
    ['Float32', '0000807f', 'float', 'Infinity'],
    ['BFloat16', '803f', 'float', 1],
    ['Float64', '000000000000f87f', 'float', 'NaN'],
    ['Date', 'ffff', 'date', '2149-06-06'],
    ['Date32', 'ffffffff', 'date', '1969-12-31'],
    ['DateTime', 'ffffffff', 'timestamptz', '2106-02-07T06:28:15Z'],
    ["DateTime64(3, 'Asia/Tokyo')", 'ffffffffffffffff', 'timestamptz', '1969-12-31T23:59:59.999000Z'],
    ['DateTime64(9)', 'ffffffffffffffff', 'timestamptz', '1969-12-31T23:59:59.999999999Z'],
    ['DateTime64(9)', '1581e97df4102211', 'timestamptz', '2009-02-13T23:31:30.123456789Z'],
    ['Time', 'ffffffff', 'time', '-00:00:01'],
    ['Time64(6)', 'ffffffffffffffff', 'time', '-00:00:00.000001'],
    ['UUID', '6946cbd95bad8f0f0e9528778670657a', 'uuid', '0f8fad5b-d9cb-4669-7a65-70867728950e'],
    ['IPv4', '04030201', 'string', '1.2.3.4'],
    ['IPv6', '20010db8000000000000000000000001', 'string', '2001:db8::1'],
    ['IPv6', '00'.repeat(16), 'string', '::'],
    ['IPv6', '00000000000000000000ffff01020304', 'string', '::ffff:1.2.3.4'],
    ['IPv6', '00010000000000020000000000000003', 'string', '1:0:0:2::3'],
    ['FixedString(5)', '4555520000', 'string', 'EUR'],
    ["Enum8('a' = 1, 'b' = -2)", 'fe', 'string', 'b'],
    ["Enum8('a' = 1)", '07', 'string', '7'],
    ['LowCardinality(Nullable(String))', '01', 'string', null],
    ['LowCardinality(Nullable(String))', '000161', 'string', 'a'],
    ['Array(Array(Nullable(Int8)))', '0202000101010000', 'array', [[1, null], [0]]],
    ['IntervalQuarter', '0300000000000000', 'interval', '3 QUARTER'],
    ['Map(String, UInt64)', '010161ffffffffffffffff', 'json', '{"a":18446744073709551615}'],
    ['Tuple(Int8, Decimal(9, 2))', '0196000000', 'json', '[1,1.50]'],
    ['Tuple(`a b` Float64)', '000000000000f87f', 'json', '{"a b":"NaN"}'],
    ['Nested(a Int8)', '0101', 'array', ['{"a":1}']],
    ['Variant(Int8, String)', '010161', 'json', '"a"'],
    ['Variant(Int8, String)', 'ff', 'json', null],
    ['Point', '00'.repeat(16), 'json', '[0,0]'],
    ['SimpleAggregateFunction(sum, Int8)', '05', 'integer', 5],
  ];
  for (const [type, hex, logical, cell] of cells) {
    it(`${type} ${hex.slice(0, 34)} is ${JSON.stringify(cell)}`, () => {
      const found = cellType(type)!;
      const reader = createByteReader();
      reader.bytes = Buffer.from(hex, 'hex');
      reader.end = reader.bytes.length;
      expect(found.logical).to.equal(logical);
      expect(found.read(reader)).to.deep.equal(cell);
      expect(reader.at, 'bytes read').to.equal(reader.end);
    });
  }
  for (const type of [
    'AggregateFunction(sum, Int8)',
    'Dynamic',
    'Array(QBit(Float32, 3))',
    'constructor',
    'Nullable',
  ]) {
    it(`${type} cannot be read`, () => expect(cellType(type)).to.equal(null));
  }
  it('a value that is not all there is waited for', () => {
    const reader = createByteReader();
    reader.bytes = Buffer.from('05616263', 'hex');
    reader.end = 4;
    expect(() => cellType('String')!.read(reader)).to.throw(Incomplete);
  });
});
