import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { PluginCandidate, PluginPlan } from '../../core/plugin/plan-plugins.js';
import type { Cell } from '../../core/result/column.js';
import { compile } from '../../semantic/check/compiler.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import { isLoopback } from '../../src/identity/loopback.js';
import { importCsv } from '../../src/metrics/import-csv.js';
import { parseCsv } from '../../src/metrics/parse-csv.js';
import { metricTemplates } from '../../src/metrics/templates.js';
import { createRowSpeller } from '../../src/pipeline/spell-cells.js';
import { demoFileOf, inHome } from '../../src/settings/home-paths.js';
import { readSettings } from '../../src/settings/settings.js';
import '../../src/query/schemas.js';

describe('cells of an answer', () => {
  const rows: readonly [type: PlannedColumn['type'], cell: Cell, spelled: unknown][] = [
    ['number', null, null],
    ['number', 1.5, 1.5],
    ['number', '12.50', 12.5],
    ['number', '-0.10', -0.1],
    ['number', '0', 0],
    ['number', '123456789012345', 123456789012345],
    ['number', '9007199254740991', 9007199254740991],
    ['number', '9007199254740992', '9007199254740992'],
    ['number', '-9007199254740993', '-9007199254740993'],
    ['number', '99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['number', '1234567890123.450000', 1234567890123.45],
    ['number', '0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['number', '1234567890.12345678', '1234567890.12345678'],
    ['number', 'NaN', 'NaN'],
    ['number', 'Infinity', 'Infinity'],
    ['boolean', 1, true],
    ['boolean', '0', false],
    ['boolean', true, true],
    ['date', '2024-01-31', '2024-01-31'],
    ['date', '2024-01-31T00:00:00', '2024-01-31'],
    ['date', '+012345-01-01', '+012345-01-01'],
    ['date', 'infinity', 'infinity'],
    ['timestamp', '2024-01-31T10:00:00', '2024-01-31T10:00:00'],
    ['timestamp', '2024-01-31 10:00:00', '2024-01-31T10:00:00'],
    ['timestamp', '2024-01-31T10:00:00.000', '2024-01-31T10:00:00'],
    ['timestamp', '2024-01-31T10:00:00.120', '2024-01-31T10:00:00.120'],
    ['timestamp', '2024-01-31', '2024-01-31T00:00:00'],
    ['string', '007', '007'],
  ];
  for (const [type, cell, spelled] of rows) {
    it(`${type} ${JSON.stringify(cell)} is ${JSON.stringify(spelled)}`, () => {
      expect(createRowSpeller([{ type } as PlannedColumn])([cell])).to.deep.equal([spelled]);
    });
  }
});

describe('CSV', () => {
  const rows: readonly [text: string, records: readonly (readonly string[])[]][] = [
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b\r\n1;"x;y"',
      [
        ['a', 'b'],
        ['1', 'x;y'],
      ],
    ],
    [
      'a\tb\n1\t2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\ufeffa,b\n\n,\n"1""2","x\ny"\n',
      [
        ['a', 'b'],
        ['1"2', 'x\ny'],
      ],
    ],
    [
      'a,b,\n1,,',
      [
        ['a', 'b', ''],
        ['1', '', ''],
      ],
    ],
    ['', []],
  ];
  for (const [text, records] of rows) {
    it(JSON.stringify(text), () => expect(parseCsv(text).map(({ cells }) => cells)).to.deep.equal(records));
  }

  const refused: readonly [what: string, text: string, says: RegExp][] = [
    ['an open quote', 'name\n"x', /opened in line 2/],
    ['text behind a quote', 'name\n"x"y', /Line 2/],
    ['nothing', '', /empty/],
    ['a heading alone', 'name,measure', /no metrics/],
    ['no name', 'measure\nrevenue', /"name" is missing/],
    ['an unknown column', 'name,mesure\nx,revenue', /did you mean "measure"/],
    ['a name with blanks', 'name,measure\nnet revenue,revenue', /line 2.*lower case/],
    ['a name twice', 'name,measure\nx,a\nx,b', /line 3.*in line 2 already/],
    ['too many cells', 'name,measure\nx,a,b', /3 cells/],
  ];
  for (const [what, text, says] of refused) {
    it(`refuses ${what}`, () => expect(() => importCsv(text)).to.throw(DataMindError, says));
  }
});

describe('settings', () => {
  it('have defaults, and take an empty variable for one that is not set', () => {
    expect(readSettings({ PORT: '' })).to.include({
      port: 8000,
      host: '127.0.0.1',
      maxRows: 10_000,
      cacheTtlSeconds: 60,
    });
  });
  it('name every variable that is wrong', () => {
    const env = { PORT: '80x', HOST: 'http://x', DATAMIND_LOG_LEVEL: 'loud', DATAMIND_CACHE_MB: '-1' };
    expect(() => readSettings(env)).to.throw(
      DataMindError,
      /PORT.*\n.*HOST.*\n.*DATAMIND_LOG_LEVEL.*\n.*DATAMIND_CACHE_MB/,
    );
  });
  const names: readonly [name: string, loopback: boolean][] = [
    ['localhost', true],
    ['LOCALHOST', true],
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['127.1', false],
    ['::', false],
    ['', false],
  ];
  for (const [name, loopback] of names) {
    it(`${name || 'nothing'} ${loopback ? 'is' : 'is not'} this machine`, () =>
      expect(isLoopback(name)).to.equal(loopback));
  }

  it('look for the files of .datamind in the home folder, and know the demo by its name', () => {
    const candidate = (path: string): PluginCandidate => ({ config: { path } }) as unknown as PluginCandidate;
    const plan = {
      file: '/srv/shop/plugins.config.json',
      plugins: [
        {
          name: 'demo',
          candidate: candidate('/srv/shop/.datamind/demo.duckdb'),
          otherwise: candidate('/srv/shop/.datamind/demo.sqlite'),
        },
        { name: 'own', candidate: candidate('/srv/shop/own.duckdb') },
      ],
    } as unknown as PluginPlan;
    const [demo, own] = inHome(plan, '/data').plugins;
    expect(demo!.candidate.config.path).to.equal('/data/demo.duckdb');
    expect(demo!.otherwise!.config.path).to.equal('/data/demo.sqlite');
    expect(own!.candidate.config.path).to.equal('/srv/shop/own.duckdb');
    expect(demoFileOf(demo!.candidate, '/data')).to.deep.equal({ path: '/data/demo.duckdb', engine: 'duckdb' });
    expect(demoFileOf(own!.candidate, '/data')).to.equal(null);
  });
});

describe('templates of metrics', () => {
  const orders = [
    'entity: orders',
    'table: orders',
    'key: order_id',
    'dimensions:',
    '  status: {type: string}',
    '  ordered_at: {type: time, default: true}',
    'measures:',
    '  revenue: {sum: amount}',
    '  order_count: {count: "*"}',
  ].join('\n');
  const words: Readonly<Record<string, string>> = {
    ...{ measure: 'revenue', metric: 'revenue', other: 'order_count', condition: "status = 'paid'" },
    ...{ numerator: 'revenue', denominator: 'order_count', revenue: 'revenue', cost: 'order_count' },
    ...{ order_count: 'order_count', first: 'orders.order_count', second: 'orders.order_count', key: 'customer_id' },
  };
  for (const { name, definition, placeholders } of metricTemplates) {
    it(`${name} explains each of its placeholders, and compiles`, () => {
      const text = JSON.stringify(definition);
      const used = new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, word]) => word!));
      expect([...used].sort()).to.deep.equal(Object.keys(placeholders).sort());
      const filled = text.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word]!);
      const { diagnostics } = compile(
        new Map([
          ['orders.yaml', orders],
          ['metrics.yaml', `metrics: {"my_${name}": ${filled}}`],
        ]),
      );
      expect(diagnostics.map(({ message }) => message)).to.deep.equal([]);
    });
  }
});
