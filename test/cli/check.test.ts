import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeSmallProject, runProgram, type SmallProject } from '../e2e/small-project.js';

describe('datamind check', function () {
  this.timeout(60_000);
  let project: SmallProject;
  before(async () => {
    project = await makeSmallProject();
  });
  after(() => project.remove());
  const check = (...args: readonly string[]) => runProgram(project.folder, ['check', ...args]);
  const broken = 'entity: tickets\ntable: tickets\nkey: ticket_id\nmeasures:\n  ticket_count: {cuont: "*"}\n';

  it('finds nothing wrong with what is right', async () => {
    const { code, out, err } = await check();
    expect([code, out, err]).to.deep.equal([0, '0 errors, 0 warnings\n', '']);
  });

  describe('with a mistake in the folder', () => {
    before(() => writeFileSync(join(project.ontology, 'tickets.yaml'), broken));
    after(() => rmSync(join(project.ontology, 'tickets.yaml')));

    it('points at it', async () => {
      const { code, out } = await check();
      expect(code).to.equal(1);
      expect(out).to.match(/^ontology\/tickets\.yaml:5:\d+ error \w+\n/);
      expect(out).to.contain('5 |   ticket_count: {cuont: "*"}').and.contain('^');
    });

    const formats: readonly [format: string, holds: (out: string) => boolean][] = [
      ['json', (out) => JSON.parse(out).data[0].file === 'tickets.yaml'],
      ['sarif', (out) => JSON.parse(out).version === '2.1.0'],
      ['junit', (out) => out.startsWith('<?xml') && out.includes('<failure')],
      ['github', (out) => out.startsWith('::error file=ontology/tickets.yaml,line=5')],
    ];
    for (const [format, holds] of formats) {
      it(`says so as ${format}`, async () => {
        const { code, out } = await check('--format', format);
        expect([code, holds(out)], out).to.deep.equal([1, true]);
      });
    }

    it('keeps the server running, without answers, until it is mended', async () => {
      const { code, err } = await runProgram(project.folder, ['query', '-m', 'revenue']);
      expect(code).to.equal(1);
      expect(err).to.match(/tickets\.yaml:5:\d+.*\[MODEL_UNAVAILABLE\]/s);
    });
  });

  it('records what a connection has, and holds the model to it from then on', async () => {
    const recorded = join(project.ontology, 'catalogue.json');
    const first = await check('--connection', 'shop', '--record');
    expect(first.code, first.out + first.err).to.equal(0);
    const catalogue = JSON.parse(readFileSync(recorded, 'utf8'));
    expect(catalogue.tables.map(({ name }: { name: string }) => name)).to.include.members(['orders', 'customers']);
    const file = join(project.ontology, 'more.yaml');
    writeFileSync(file, 'entity: more\ntable: orders\nkey: order_id\ndimensions:\n  colour: {type: string}\n');
    const offline = await check();
    const elsewhere = await check('--catalogue', recorded);
    rmSync(recorded);
    const without = await check();
    const live = await check('--connection', 'shop');
    rmSync(file);
    expect(existsSync(recorded)).to.equal(false);
    expect([offline.code, elsewhere.code, without.code, live.code]).to.deep.equal([1, 1, 0, 1]);
    for (const { out } of [offline, elsewhere, live]) expect(out).to.match(/more\.yaml:5:\d+ error/);
  });

  const refused: readonly [what: string, args: readonly string[], code: number, says: RegExp][] = [
    ['a folder that is not there', ['nowhere'], 1, /does not exist/],
    ['a format that is none', ['--format', 'xml'], 2, /text, json, junit, sarif, github/],
    ['an unknown connection', ['--connection', 'shpo'], 1, /no connection named "shpo"/],
    ['a catalogue that is not there', ['--catalogue', 'none.json'], 2, /none\.json" cannot be read/],
    ['a catalogue and a connection', ['--catalogue', 'x.json', '--connection', 'shop'], 2, /not both/],
  ];
  for (const [what, args, code, says] of refused) {
    it(`refuses ${what}: exit ${code}`, async () => {
      const ended = await check(...args);
      expect(ended.out + ended.err).to.match(says);
      expect(ended.code).to.equal(code);
    });
  }
});
