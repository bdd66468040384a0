import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../core/package-root.js';
import { ShapeCheck } from '../../../semantic/check/check-shape.js';
import { readSchema, schemaNames } from '../../../semantic/load/read-schemas.js';
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

  it('describe every property, with an example that fits', () => {
    const poor: string[] = [];
    const visit = (schema: Record<string, unknown>, file: string, path: string): void => {
      for (const [key, property] of Object.entries(
        (schema.properties ?? {}) as Record<string, Record<string, unknown>>,
      )) {
        const target =
          property.$ref === undefined
            ? property
            : {
                ...(ajv.getSchema(new URL(String(property.$ref), `http://x/${file}.json`).href.replace('http://x/', ''))
                  ?.schema as object),
                ...property,
              };
        const { description, examples } = target as Record<string, unknown>;
        if (description === undefined || !Array.isArray(examples)) poor.push(`${path}/${key}`);
        const check = ajv.compile({
          ...property,
          $ref:
            property.$ref === undefined
              ? undefined
              : String(property.$ref).startsWith('#')
                ? `${file}.json${property.$ref}`
                : property.$ref,
        });
        for (const example of (examples ?? []) as unknown[])
          if (!check(example)) poor.push(`${path}/${key}: ${JSON.stringify(example)}`);
      }
      for (const [key, inner] of Object.entries(schema)) {
        if (typeof inner === 'object' && inner !== null && key !== 'examples')
          visit(inner as Record<string, unknown>, file, `${path}/${key}`);
      }
    };
    for (const name of ['entity', 'metrics', 'project', 'policies', 'glossary', 'verified-queries', 'semantic-query']) {
      visit(JSON.parse(JSON.stringify(readSchema(name))) as Record<string, unknown>, name, name);
    }
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
