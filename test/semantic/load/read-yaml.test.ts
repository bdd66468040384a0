import { expect } from 'chai';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { readYaml } from '../../../semantic/load/read-yaml.js';
import { placeInScalar, plainValue, type ScalarNode, type YamlNode } from '../../../semantic/load/yaml-node.js';

const read = (text: string): unknown => {
  const { documents, problems } = readYaml(text);
  expect(problems).to.deep.equal([]);
  return JSON.parse(JSON.stringify(documents.map(plainValue)));
};

const values: readonly (readonly [string, unknown])[] = [
  ['on: 1', { on: 1 }],
  ['no: yes', { no: 'yes' }],
  ['a: off', { a: 'off' }],
  ['a: 12:30', { a: '12:30' }],
  ['a: 012', { a: 12 }],
  ['a: 0o14', { a: 12 }],
  ['a: 0x1F', { a: 31 }],
  ['a: 1_000', { a: '1_000' }],
  ['a: 2026-01-31', { a: '2026-01-31' }],
  ['a: .5', { a: 0.5 }],
  ['a: 1e3', { a: 1000 }],
  ['a: "1"', { a: '1' }],
  ['a: !!str 1', { a: '1' }],
  ['a: ~', { a: null }],
  ['a:', { a: null }],
  ['a: True', { a: true }],
  ['a: 9007199254740992', { a: 9007199254740992 }],
  ['a: -1.7976931348623157e308', { a: -1.7976931348623157e308 }],
  ['a: "12345678901234567890"', { a: '12345678901234567890' }],
  ['12345678901234567890: a', { '12345678901234567890': 'a' }],
  ['a: 0.30000000000000004000', { a: 0.30000000000000004 }],
  ['a: =', { a: '=' }],
  ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
  ['a: |\n  x\n   y\n', { a: 'x\n y\n' }],
  ['a: >-\n  x\n  y\n\n  z\n', { a: 'x y\nz' }],
  ['a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
];

const problems: readonly (readonly [string, string, string])[] = [
  ['a tab', 'a:\n\t- b', 'YAML_TAB'],
  ['an open bracket', 'a: [1', 'YAML_SYNTAX'],
  ['a key twice', 'a: 1\na: 2', 'YAML_DUPLICATE_KEY'],
  ['a key that is a list', '? [a]\n: 1', 'YAML_KEY_NOT_TEXT'],
  ['a merge key', 'a: &a {b: 1}\nc:\n  <<: *a', 'YAML_MERGE_KEY'],
  ['an unknown alias', 'a: *b', 'YAML_ALIAS'],
  ['an alias in itself', 'a: &a [*a]', 'YAML_ALIAS'],
  [
    'a bomb',
    `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]\n`).join('')}`,
    'YAML_ALIAS',
  ],
  ['a tag', 'a: !js/function x', 'YAML_TAG'],
  ['a number of twenty digits', 'a: [12345678901234567890]', 'YAML_NUMBER'],
  ['a fraction of nineteen digits', 'a: 0.1234567890123456789', 'YAML_NUMBER'],
  ['a number of sixteen digits', 'a: 9007199254740993', 'YAML_NUMBER'],
  ['a hexadecimal number of 64 bits', 'a: 0xFFFFFFFFFFFFFFFF', 'YAML_NUMBER'],
  ['an exponent that is too large', 'a: 1e400', 'YAML_NUMBER'],
  ['a number that is nothing any more', 'a: 1e-400', 'YAML_NUMBER'],
  ['a tagged number', 'a: !!int 12345678901234567890', 'YAML_NUMBER'],
  ['a binary file', '\u0000\u0001\u0002', 'FILE_NOT_TEXT'],
  ['bytes that are not UTF-8', 'a: \ufffd', 'FILE_NOT_TEXT'],
  ['a huge file', `# ${'x'.repeat(8_000_001)}`, 'FILE_TOO_LARGE'],
  ['a thousand levels', '['.repeat(1000), 'YAML_SYNTAX'],
];

/** The first scalar of a text that is not a key. */
const scalarOf = (node: YamlNode): ScalarNode => {
  if (node.kind === 'scalar') return node;
  return scalarOf(node.kind === 'map' ? node.entries[0]!.value : node.items[0]!);
};

const styles: readonly (readonly [string, string])[] = [
  ['plain', 'a: one two three'],
  ['plain over lines', 'a: one\n   two\n   three'],
  ['single quoted', "a: 'it''s one two three'"],
  ['double quoted', 'a: "\\"one\\" \\u00e9 two\\tthree"'],
  ['double quoted over lines', 'a: "one \\\n   two\n   three"'],
  ['literal', 'a: |\n  one\n    two\n  three\n'],
  ['folded', 'a: >-\n  one\n  two\n\n  three\n'],
  ['in a flow map', '{a: one two three}'],
  ['with Windows ends', 'a: |\r\n  one\r\n  two\r\n  three\r\n'],
];

describe('reading YAML', () => {
  for (const [text, expected] of values) it(JSON.stringify(text), () => expect(read(text)).to.deep.equal([expected]));

  it('reads several documents, and passes empty ones over', () =>
    expect(read('---\na: 1\n---\n---\nb: 2\n')).to.deep.equal([{ a: 1 }, { b: 2 }]));

  for (const [title, text, code] of problems) {
    it(`refuses ${title}`, () => {
      const found = readYaml(text).problems;
      expect(found[0]?.code).to.equal(code);
      expect(found[0]!.start).to.be.within(0, text.length);
    });
  }

  for (const [style, text] of styles) {
    it(`knows where words stand in a text that is ${style}`, () => {
      const scalar = scalarOf(readYaml(text).documents[0]!);
      for (const word of ['one', 'two', 'three']) {
        const at = scalar.text.indexOf(word);
        const { start, end } = placeInScalar(scalar, text, at, at + word.length);
        expect(text.slice(start, end)).to.equal(word);
      }
    });
  }

  it('reads as the `yaml` package does, which writes the files', () => {
    const key = fc.stringMatching(/^[a-z][a-z_]{0,6}$/).filter((text) => !['null', 'true', 'false'].includes(text));
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        'yes',
        'on',
        '012',
        '1e3',
        '0x1f',
        '~',
        '12:30',
        '-',
        '#',
        'a: b',
        'a #b',
        ' x',
        "it's",
        '"q"',
        'l1\nl2\n',
        '\tx',
      ),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const written = fc
      .tuple(
        fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
        fc.constantFrom(20, 80, 0),
        fc.boolean(),
      )
      .map(([value, lineWidth, flow]) => {
        const [document] = parseAllDocuments('{}') as {
          contents: unknown;
          createNode(value: unknown, options?: object): unknown;
          toString(options: object): string;
        }[];
        document!.contents = document!.createNode(value, { flow });
        return document!.toString({ lineWidth });
      });
    fc.assert(
      fc.property(written, (text) => {
        fc.pre(!text.includes('\ufffd'));
        const [other] = parseAllDocuments(text, { version: '1.2', schema: 'core' }) as {
          errors: unknown[];
          toJS(): unknown;
        }[];
        const { documents, problems: found } = readYaml(text);
        expect(found).to.deep.equal([]);
        expect(JSON.parse(JSON.stringify(plainValue(documents[0]!)))).to.deep.equal(
          JSON.parse(JSON.stringify(other!.toJS())),
        );
      }),
      { numRuns: 500 },
    );
  });
});
