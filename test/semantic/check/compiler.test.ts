import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { packageRoot } from '../../../core/package-root.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import { Compiler, compile } from '../../../semantic/check/compiler.js';
import type { Diagnostic } from '../../../semantic/check/diagnostic.js';
import { diagnosticFormats, renderDiagnostics } from '../../../semantic/check/render-diagnostics.js';
import type { Entity, Model } from '../../../semantic/model/model.js';

const shop = readFileSync(join(packageRoot(), 'test', 'semantic', 'fixtures', 'shop', 'shop.yaml'), 'utf8');
const runs = process.env.DATAMIND_TEST_LONG === '1' ? 20_000 : 400;

const only = (text: string): Map<string, string> => new Map([['shop.yaml', text]]);
const modelOf = (files: ReadonlyMap<string, string>): Model => {
  const { model, diagnostics } = compile(files);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
  return model!;
};
const brief = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`);

const assertFrozen = (value: unknown, path: string): void => {
  if (typeof value !== 'object' || value === null) return;
  if (!Object.isFrozen(value)) throw new Error(`${path} is not frozen`);
  for (const [key, inner] of Object.entries(value)) assertFrozen(inner, `${path}.${key}`);
};

describe('the compiler', () => {
  before(() => loadQueryParser());

  it('takes a number of many digits as a text, and no other number', () => {
    const values = (list: string): readonly string[] =>
      brief(
        compile(
          only(`entity: t\ntable: t\nkey: id\ndimensions:\n  n: {type: number, values: [${list}]}\n`),
        ).diagnostics.filter(({ severity }) => severity === 'error'),
      );
    expect(values('"12345678901234567890", "-0.1234567890123456789"')).to.deep.equal([]);
    expect(values('12345678901234567890')).to.deep.equal(['5:30 YAML_NUMBER']);
    expect(values('"5"')).to.deep.equal(['5:30 DIMENSION_TYPE']);
  });

  it('compiles a model that uses everything', () => {
    const model = modelOf(only(shop));
    expect(Object.keys(model.entities)).to.deep.equal([
      'customers',
      'employees',
      'order_lines',
      'order_tags',
      'orders',
      'sessions',
      'tags',
    ]);
    const { orders } = model.entities;
    expect(orders!.joins.tags!.through).to.deep.equal({ entity: 'order_tags', from_join: 'order', to_join: 'tag' });
    expect(orders!.joins.customer!.on).to.deep.equal([{ from: 'customer_id', to: 'customer_id' }]);
    expect(orders!.default_time).to.equal('ordered_at');
    expect(orders!.dimensions.country!.expr.default).to.deep.equal({
      kind: 'field',
      path: ['customer'],
      column: 'country',
      type: 'string',
    });
    expect(orders!.dimensions.country!.column).to.equal(null);
    expect(orders!.dimensions.status!.column).to.equal('status');
    expect(Object.keys(orders!.dimensions.weekend!.expr.dialects)).to.deep.equal(['clickhouse']);
    expect(model.project.fiscal_year_start).to.equal(4);
    expect(model.metrics.revenue_growth).to.include({ kind: 'change', metric: 'revenue', as: 'percent' });
    expect(model.policies.own_regions!.rows!.default).to.deep.include({
      kind: 'in',
      values: [{ kind: 'subject', attribute: 'regions' }],
    });
  });

  it('freezes the model to its depth', () => assertFrozen(modelOf(only(shop)), 'model'));

  it('gives a model that survives JSON', () => {
    const model = modelOf(only(shop));
    expect(JSON.parse(JSON.stringify(model))).to.deep.equal(JSON.parse(JSON.stringify(structuredClone(model))));
  });

  it('hashes what is meant, not how it is written', () => {
    const { hash } = modelOf(only(shop));
    const documents = shop.split('---\n');
    const split = new Map(documents.map((text, index) => [`${documents.length - index}.yaml`, `# moved\n\n${text}`]));
    expect(modelOf(split).hash).to.equal(hash);
    expect(modelOf(only(shop.replace('{sum: amount, where:', '{sum: amount + 1, where:'))).hash).to.not.equal(hash);
    expect(modelOf(only(shop.replace('label: Orders', 'label: Sales'))).hash).to.not.equal(hash);
    expect(modelOf(only(shop.replace('fiscal_year_start: april', 'fiscal_year_start: 4'))).hash).to.equal(hash);
    const meta = (text: string): string => modelOf(only(`${shop}---\nentity: x\ntable: x\nmeta: ${text}\n`)).hash;
    expect(meta('{a: 1, b: [2]}')).to.equal(meta('{b: [2], a: 1}'));
    expect(meta('{a: 1, b: [2]}')).to.not.equal(meta('{b: [2], a: 2}'));
  });

  it('gives names of JavaScript no meaning', () => {
    const text =
      'entity: constructor\ntable: t\ndimensions:\n  to_string: {type: string}\n  constructor: {type: string}\n';
    const { entities } = modelOf(only(text));
    expect(
      Object.keys((entities as Readonly<Record<string, Entity>>)['constructor' as string]!.dimensions),
    ).to.deep.equal(['constructor', 'to_string']);
    expect(entities.hasOwnProperty).to.equal(undefined);
    expect(brief(compile(only('__proto__: {entity: x}\n')).diagnostics)).to.deep.equal(['1:1 KEY_UNKNOWN']);
    expect(brief(compile(only('metrics: {__proto__: {measure: x}}\n')).diagnostics)).to.deep.equal([
      '1:11 NAME_INVALID',
    ]);
  });

  it('keeps a model that has warnings', () => {
    const { model, diagnostics } = compile(only(shop.replace('[open, paid, ', '[open, ')));
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['VALUE_NOT_LISTED', 'VALUE_NOT_LISTED']);
    expect(model?.metrics.completed_revenue?.kind).to.equal('simple');
    expect(model?.entities.orders?.filters.completed).to.be.an('object');
  });

  it('says that a folder is empty', () => {
    expect(brief(compile(new Map()).diagnostics)).to.deep.equal(['1:1 FOLDER_EMPTY']);
  });

  it('says nothing about names that a file which cannot be read may declare', () => {
    const files = only(shop.replace('  order_lines: {table: sales.order_lines, key: [order_id, line]}\n', ''));
    expect(brief(compile(files).diagnostics)).to.deep.equal(['14:20 ENTITY_UNKNOWN']);
    files.set('lines.yaml', 'entity: order_lines\ntable: {\n');
    expect(compile(files).diagnostics.map(({ code }) => code)).to.deep.equal(['YAML_SYNTAX']);
  });

  const catalogueWith = (type: string): string =>
    JSON.stringify({
      tables: [{ schema: 'main', name: 't', columns: [{ name: 'At', type }], primaryKey: [], uniqueKeys: [] }],
    });
  const stores: readonly (readonly [string, string, string])[] = [
    ['date', 'date', ''],
    ['date', 'local', 'write `stores: date`'],
    ['timestamp', 'local', ''],
    ['timestamp', 'utc', ''],
    ['timestamp', 'instant', 'write `stores: local`, or `stores: utc`'],
    ['timestamp', 'date', 'write `stores: local`, or `stores: utc`'],
    ['timestamptz', 'instant', ''],
    ['timestamptz', 'local', 'write `stores: instant`'],
    ['timestamptz', 'utc', 'write `stores: instant`'],
    ['string', 'local', 'write `type: string`'],
    ['unknown', 'utc', ''],
  ];
  for (const [type, storage, expected] of stores) {
    it(`a column of type ${type} with stores: ${storage} ${expected === '' ? 'fits' : 'is refused'}`, () => {
      const files = only(`entity: x\ntable: t\ndimensions:\n  at: {type: time, stores: ${storage}}\n`);
      files.set('catalogue.json', catalogueWith(type));
      const { model, diagnostics } = compile(files);
      if (expected === '') expect(model!.entities.x!.dimensions.at!.column).to.equal('At');
      else expect(diagnostics[0]!.message).to.contain(expected);
    });
  }

  const edits: readonly (readonly [string, string])[] = [
    ['{sum: amount, where:', '{sum: amount * 2, where:'],
    ['region: {type: string}', 'region: {type: number}'],
    ['country: {type: string}', 'country: {type: string, expr: "upper(land)"}'],
    ['      country: {type: string}\n', ''],
    ['inverse: orders', 'inverse: purchases'],
    ['key: customer_id', 'key: id'],
    ['timezone: Europe/Berlin', 'timezone: UTC'],
    ['  margin:', '  margin_of_all:'],
    ['{running: revenue}', '{running: margin}'],
    ['cost:        {sum: cost}', 'costs:       {sum: cost}'],
    ['entity: orders\n', 'entity: purchases\n'],
  ];
  for (const [from, to] of edits) {
    it(`recompiles to what a cold compile gives: ${from.trim()} → ${to.trim()}`, () => {
      const compiler = new Compiler();
      const parts = shop.split('---\n');
      const files = new Map(parts.map((text, index) => [`${index}.yaml`, text]));
      const first = compiler.compile(files);
      const edited = new Map([...files].map(([file, text]) => [file, text.replace(from, to)]));
      expect([...edited.values()].join('')).to.not.equal([...files.values()].join(''));
      const warm = compiler.compile(edited);
      const cold = compile(edited);
      expect(warm.diagnostics).to.deep.equal(cold.diagnostics);
      expect(warm.model?.hash).to.equal(cold.model?.hash);
      expect(warm.stats.read_files).to.equal(1);
      const back = compiler.compile(files);
      expect(back.model?.hash).to.equal(first.model?.hash);
      expect(back.diagnostics).to.deep.equal(first.diagnostics);
    });
  }

  it('looks again only at what an edit can have changed', () => {
    const compiler = new Compiler();
    const files = new Map(shop.split('---\n').map((text, index) => [`${index}.yaml`, text]));
    compiler.compile(files);
    const { stats } = compiler.compile(
      new Map([...files].map(([file, text]) => [file, text.replace('{sum: cost}', '{max: cost}')])),
    );
    expect(stats).to.include({ read_files: 1, checked_entities: 1 });
    expect(compiler.compile(files).stats.checked_entities).to.equal(1);
    expect(compiler.compile(files).stats).to.include({ read_files: 0, checked_entities: 0, checked_metrics: 0 });
  });

  it('answers with diagnostics whatever a file holds', () => {
    const pieces = shop.split(/(?<=[\s{}:,])/);
    const compiler = new Compiler();
    const mutation = fc.record({
      at: fc.nat(pieces.length - 1),
      kind: fc.constantFrom('drop', 'double', 'swap', 'insert') as fc.Arbitrary<'drop' | 'double' | 'swap' | 'insert'>,
      other: fc.nat(pieces.length - 1),
      text: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 8 }),
        fc.constantFrom(
          '\t',
          '&a ',
          '*a ',
          '<<: ',
          '{',
          '[',
          '- ',
          '? ',
          '!!x ',
          '"',
          "'",
          '|\n',
          '---\n',
          'null',
          '__proto__: ',
          '0x',
          '(',
          ' and ',
        ),
      ),
    });
    const mutate = (changes: readonly { at: number; kind: string; other: number; text: string }[]): string => {
      const parts = [...pieces];
      for (const { at, kind, other, text } of changes) {
        if (kind === 'drop') parts[at] = '';
        else if (kind === 'double') parts[at] = `${parts[at]}${parts[at]}`;
        else if (kind === 'swap') parts[at] = parts.splice(other, 1, parts[at] ?? '')[0] ?? '';
        else parts[at] = `${text}${parts[at]}`;
      }
      return parts.join('');
    };
    const text = fc.oneof(
      { weight: 6, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 4 }).map(mutate) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
      { weight: 1, arbitrary: fc.json() },
    );
    fc.assert(
      fc.property(text, (source) => {
        const files = only(source);
        const { model, diagnostics } = compiler.compile(files);
        const failed = diagnostics.some(({ severity }) => severity === 'error');
        if ((model === null) !== failed) throw new Error('a model is missing, or there in spite of errors');
        for (const { line, column, end, message } of diagnostics) {
          if (line < 1 || column < 1 || end.line < line || message === '') throw new Error('a place is wrong');
        }
        for (const format of diagnosticFormats) renderDiagnostics(diagnostics, format, { files });
        const cold = compile(files);
        expect(cold.diagnostics).to.deep.equal(diagnostics);
        expect(cold.model?.hash).to.equal(model?.hash);
      }),
      { numRuns: runs },
    );
  }).timeout(600_000);
});
