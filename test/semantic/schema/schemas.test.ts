import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../core/package-root.js';
import { ShapeCheck } from '../../../semantic/check/check-shape.js';
import { readSchema, resolveSchema, type Schema, schemaNames } from '../../../semantic/load/read-schemas.js';
import { readYaml } from '../../../semantic/load/read-yaml.js';
import { SourceText } from '../../../semantic/load/source-text.js';
import { plainValue, type YamlNode } from '../../../semantic/load/yaml-node.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
for (const name of schemaNames) ajv.addSchema(readSchema(name) as Record<string, unknown>, `${name}.json`);
const validator = (name: string) => ajv.getSchema(`${name}.json`)!;

const documentsOf = (text: string): readonly YamlNode[] => readYaml(text).documents;
const shop = readFileSync(join(packageRoot(), 'test', 'semantic', 'fixtures', 'shop', 'shop.yaml'), 'utf8');

/** Both say whether a document has the right shape. */
const agree = (text: string): void => {
  for (const document of documentsOf(text)) {
    const value = JSON.parse(JSON.stringify(plainValue(document))) as Record<string, unknown>;
    const name = typeof value === 'object' && value !== null && 'entity' in value ? 'entity' : 'document';
    const shape = new ShapeCheck(new SourceText('x.yaml', text));
    const ours = shape.check(document, readSchema(name), name);
    expect(ours, `${JSON.stringify(value)}\n${JSON.stringify(shape.findings.map(({ message }) => message))}`).to.equal(
      validator('document')(value),
    );
  }
};

describe('the JSON Schemas', () => {
  for (const name of schemaNames) {
    it(`${name} compiles in strict mode`, () => expect(validator(name)).to.be.a('function'));
  }

  it('describe every property, with examples that fit', () => {
    const poor: string[] = [];
    const visit = (schema: Schema, file: string, path: string): void => {
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        const words = { ...resolveSchema(property, file).schema, ...property } as {
          description?: string;
          examples?: unknown[];
        };
        if (words.description === undefined || (words.examples ?? []).length === 0) poor.push(`${path}/${key}`);
        for (const example of words.examples ?? []) {
          const text = JSON.stringify(example);
          const shape = new ShapeCheck(new SourceText('x.yaml', text));
          if (!shape.check(documentsOf(text)[0]!, property, file)) poor.push(`${path}/${key}: ${text}`);
        }
      }
      for (const [key, inner] of Object.entries(schema)) {
        if (typeof inner === 'object' && inner !== null && key !== 'examples')
          visit(inner as Schema, file, `${path}/${key}`);
      }
    };
    for (const name of schemaNames) visit(readSchema(name), name, name);
    expect(poor).to.deep.equal([]);
  });

  it('agree with our own check on a good model', () => agree(shop));

  it('agree with our own check on models with random changes', () => {
    const pieces = shop.split(/(?<=[\s{}:,])/);
    const change = fc.record({
      at: fc.nat(pieces.length - 1),
      text: fc.constantFrom('', '1', 'x', 'null', '[]', '{}', 'true ', 'label: ', 'A', '-1 '),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const parts = [...pieces];
        for (const { at, text } of changes) parts[at] = text + (text === '' ? '' : parts[at]!);
        const text = parts.join('');
        fc.pre(readYaml(text).problems.length === 0);
        agree(text);
      }),
      { numRuns: 300 },
    );
  });
});
