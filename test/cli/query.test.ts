import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { processorTime } from '../engines/processor-time.js';
import {
  type Ended,
  makeSmallProject,
  runProgram,
  type SmallProject,
  startProgram,
  startProgramAlone,
} from '../e2e/small-project.js';

const numbers = 300_000;

describe('datamind query', function () {
  this.timeout(60_000);
  let project: SmallProject;
  before(async () => {
    project = await makeSmallProject(numbers);
    writeFileSync(join(project.folder, 'ask.json'), '{"metrics": ["order_count"]}');
    writeFileSync(join(project.folder, 'broken.json'), '{"metrics": [order_count]}');
    writeFileSync(
      join(project.folder, 'ada.json'),
      '{"user": "ada", "roles": ["analyst"], "attributes": {"region": "EU"}}',
    );
    writeFileSync(join(project.folder, 'nobody.json'), '{"roles": "analyst"}');
  });
  after(() => project.remove());

  interface Row {
    readonly what: string;
    readonly args: readonly string[];
    readonly input?: string;
    readonly code: number;
    readonly out?: RegExp | string;
    readonly err?: RegExp;
  }
  const rows: readonly Row[] = [
    {
      what: 'a table for people',
      args: ['--metrics', 'revenue,order_count', '--by', 'customer.country', '--totals'],
      code: 0,
      out: [
        'customer.country  revenue (EUR)  order_count',
        '────────────────  ─────────────  ───────────',
        'DE                       150.15            3',
        'FR                        25.00            1',
        '–                         10.00            1',
        '────────────────  ─────────────  ───────────',
        '                         185.15            5',
        '',
      ].join('\n'),
    },
    {
      what: 'CSV',
      args: ['-m', 'revenue', '-b', 'metric_time:month', '-r', '2024', '--csv'],
      code: 0,
      out: 'metric_time,revenue\r\n2024-01-01,100.1\r\n2024-02-01,75.05\r\n2024-03-01,\r\n',
    },
    {
      what: 'conditions, an order and a limit',
      args: [
        '-m',
        'order_count',
        '-b',
        'status',
        '-w',
        'status in paid,open',
        '-w',
        'amount_class != large',
        '--order=-order_count',
        '-l',
        '1',
        '--csv',
      ],
      code: 0,
      out: 'status,order_count\r\npaid,2\r\n',
    },
    {
      what: 'shares, over everything and within each of a dimension',
      args: ['-m', 'order_count', '-b', 'customer.country', '--share', 'order_count', '--csv'],
      code: 0,
      out: 'customer.country,order_count,order_count__share\r\nDE,3,0.6\r\nFR,1,0.2\r\n,1,0.2\r\n',
    },
    {
      what: 'shares within each of two dimensions',
      args: [
        ...['-m', 'order_count', '-b', 'metric_time:year,customer.country,status', '--dry-run'],
        ...['--share', 'order_count:metric_time+status'],
      ],
      code: 0,
      out: /PARTITION BY grouped\.metric_time, grouped\.status/,
    },
    {
      what: 'the first of each',
      args: ['-m', 'order_count', '-b', 'customer.country,status', '--limit-per', 'customer.country:2', '--dry-run'],
      code: 0,
      out: /place <= 2/,
    },
    { what: 'the first of each of what', args: ['-m', 'order_count', '--limit-per', '3'], code: 2, err: /--limit-per/ },
    {
      what: 'a share of nothing',
      args: ['-m', 'order_count', '--share', 'order_count:'],
      code: 2,
      err: /--share takes/,
    },
    {
      what: 'a quoted value',
      args: ['-m', 'order_count', '-w', "customer.name = 'Ada'", '--csv'],
      code: 0,
      out: 'order_count\r\n2\r\n',
    },
    {
      what: 'a named filter',
      args: ['-m', 'order_count', '--segment', 'paid_only', '--csv'],
      code: 0,
      out: 'order_count\r\n3\r\n',
    },
    {
      what: 'a pair for a range',
      args: ['-m', 'order_count', '-r', '2024-02-01..2024-03-01', '--csv'],
      code: 0,
      out: 'order_count\r\n2\r\n',
    },
    { what: 'a file', args: ['ask.json', '--csv'], code: 0, out: 'order_count\r\n5\r\n' },
    {
      what: 'standard input',
      args: ['-', '--csv'],
      input: '{"metrics": ["order_count"]}',
      code: 0,
      out: 'order_count\r\n5\r\n',
    },
    { what: 'the SQL alone', args: ['-m', 'order_count', '--dry-run'], code: 0, out: /^SELECT/i },
    {
      what: 'somebody else',
      args: ['-m', 'order_count', '--as', 'ada.json', '--csv'],
      code: 0,
      out: 'order_count\r\n5\r\n',
    },
    {
      what: 'a subject without a name',
      args: ['-m', 'order_count', '--as', 'nobody.json'],
      code: 2,
      err: /"user" is missing/,
    },
    {
      what: 'a subject file that is not there',
      args: ['-m', 'order_count', '--as', 'none.json'],
      code: 2,
      err: /none\.json" cannot be read/,
    },
    { what: 'an unknown metric', args: ['-m', 'revenu'], code: 1, err: /revenue/ },
    { what: 'a broken condition', args: ['-m', 'revenue', '-w', 'status paid'], code: 2, err: /status=paid/ },
    { what: 'a limit that is no number', args: ['-m', 'revenue', '-l', 'ten'], code: 2, err: /whole number/ },
    { what: 'an unknown option', args: ['--metric', 'revenue'], code: 2, err: /--metrics/ },
    { what: 'a file that is not there', args: ['none.json'], code: 2, err: /none\.json" cannot be read/ },
    {
      what: 'a file that is not JSON',
      args: ['broken.json'],
      code: 2,
      err: /broken\.json cannot be read as JSON: line 1, column 14/,
    },
    { what: 'a file and flags', args: ['ask.json', '-m', 'revenue'], code: 2, err: /not both/ },
    {
      what: 'an unknown connection',
      args: ['-m', 'revenue', '--connection', 'shp'],
      code: 1,
      err: /no connection named "shp"/,
    },
    {
      what: 'a folder that is not there',
      args: ['-m', 'revenue', '-o', 'nowhere'],
      code: 1,
      err: /nowhere|no YAML|exist/,
    },
    {
      what: 'a configuration that is not there',
      args: ['-m', 'revenue', '-c', 'none.json'],
      code: 1,
      err: /none\.json.*does not exist/s,
    },
  ];

  for (const { what, args, input, code, out, err } of rows) {
    it(`${what}: exit ${code}`, async () => {
      const ended: Ended = await runProgram(project.folder, ['query', ...args], {
        ...(input !== undefined && { input }),
      });
      const all = `${ended.out}\n${ended.err}`;
      expect(ended.code, all).to.equal(code);
      if (typeof out === 'string') expect(ended.out).to.equal(out);
      else if (out) expect(ended.out).to.match(out);
      if (err) expect(ended.err).to.match(err);
      expect(all).not.to.match(/\.js:\d+|node_modules/);
    });
  }

  it('answers JSON in the shape of the API', async () => {
    const { out } = await runProgram(project.folder, ['query', '-m', 'revenue', '--json']);
    expect(JSON.parse(out)).to.deep.include({ rows: [[185.15]], row_count: 1, truncated: false, policies: [] });
  });

  it('answers a batch line by line, in order, with errors where they belong', async () => {
    const lines = [
      '{"id": 1, "query": {"metrics": ["order_count"]}}',
      '',
      '{"id": "two", "query": {"metrics": ["nothing"]}}',
      'not json',
      '{"id": 4}',
      '{"id": 5, "query": {"metrics": ["revenue"], "dimensions": ["status"]}}',
    ];
    const { code, out } = await runProgram(project.folder, ['query', '--batch', '--as', 'ada.json'], {
      input: lines.join('\n'),
    });
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).to.equal(1);
    expect(answers.map(({ id }) => id)).to.deep.equal([1, 'two', null, 4, 5]);
    expect(answers.map(({ error }) => error?.code)).to.deep.equal([
      undefined,
      'UNKNOWN_MEMBER',
      'BAD_REQUEST',
      'BAD_REQUEST',
      undefined,
    ]);
    expect(answers[0]).to.deep.include({ rows: [[5]] });
    expect(Object.keys(answers[0])).to.deep.equal(['id', 'sql', 'columns', 'rows']);
  });

  it('leaves the rows of a batch out when it only plans', async () => {
    const input = '{"id": 1, "query": {"metrics": ["order_count"]}}\n';
    const { code, out } = await runProgram(project.folder, ['query', '--batch', '--dry-run'], { input });
    expect(code).to.equal(0);
    expect(Object.keys(JSON.parse(out))).to.deep.equal(['id', 'sql', 'columns']);
  });

  it('writes every row as CSV, and says of a table that it is cut', async () => {
    const child = startProgram(project.folder, ['query', '-b', 'numbers.n', '--csv']);
    let lines = -1;
    let sum = 0;
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      lines += 1;
      if (lines > 0) sum += Number(line);
    }
    expect([lines, sum]).to.deep.equal([numbers, (numbers * (numbers - 1)) / 2]);
    const cut = { env: { DATAMIND_MAX_ROWS: '2' } };
    const { out, err } = await runProgram(project.folder, ['query', '-b', 'numbers.n'], cut);
    expect(out.trimEnd().split('\n').length).to.equal(4);
    expect(err).to.equal('Note: there are more than these 2 rows; --csv writes all of them.\n');
  });

  it('cancels in the database at Ctrl-C, says so in one line and exits 130', async function () {
    if (process.platform !== 'linux') {
      console.log('  skipped: only on Linux can a test see that another process works');
      this.skip();
    }
    writeFileSync(
      join(project.ontology, 'slow.yaml'),
      'entity: slow\nsql: select a.n + b.n as n from numbers a, numbers b\nkey: n\nmeasures: {largest: {max: n}}\n',
    );
    try {
      const child = startProgramAlone(project.folder, ['query', '-m', 'largest', '--csv']);
      let err = '';
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      const end = new Promise((resolve) => child.on('close', (code, signal) => resolve([code, signal])));
      // More than starting takes: the database is at work.
      for (let spent = 0; spent < 4_000 && child.exitCode === null; ) spent += await processorTime('children', 200);
      child.kill('SIGINT');
      const ended = await end;
      expect([ended, err]).to.deep.equal([[130, null], 'Interrupted: the query was cancelled.\n']);
    } finally {
      rmSync(join(project.ontology, 'slow.yaml'));
    }
  });

  it('ends quietly when its reader has gone', async () => {
    const child = startProgramAlone(project.folder, ['query', '-b', 'numbers.n,numbers.label', '--csv']);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, err.replace(/^Note:.*\n/m, '')]).to.deep.equal([0, '']);
  });
});

describe('datamind', function () {
  this.timeout(30_000);
  const rows: readonly { readonly args: readonly string[]; readonly code: number; readonly says: RegExp }[] = [
    { args: ['--help'], code: 0, says: /serve.*check.*query.*plugins/s },
    { args: ['--version'], code: 0, says: /^\d+\.\d+\.\d+\n$/ },
    { args: ['qurey'], code: 2, says: /Did you mean query\?/ },
    { args: ['query', '--help'], code: 0, says: /--metrics.*DATAMIND_MAX_ROWS.*every row/s },
    { args: [], code: 2, says: /Usage/ },
    { args: ['serve', '--host', 'no host'], code: 1, says: /HOST must be a name or an address/ },
    { args: ['serve', '--port', '99999'], code: 1, says: /PORT must be a whole number/ },
    { args: ['plugins', '--help'], code: 0, says: /list.*check.*test.*new/s },
  ];
  for (const { args, code, says } of rows) {
    it(`${['datamind', ...args].join(' ')}: exit ${code}`, async () => {
      const ended = await runProgram('.', args);
      expect(ended.out + ended.err).to.match(says);
      expect(ended.code).to.equal(code);
    });
  }
});
