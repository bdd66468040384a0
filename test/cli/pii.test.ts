import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { makeSmallProject, runProgram, type SmallProject } from '../e2e/small-project.js';
import type { ScanReport } from '../../src/pii/scan-connection.js';

const accounts = `entity: accounts
table: accounts
key: account_id
dimensions:
  reference: {type: string}
  handle: {type: string}
  e_mail: {type: string, pii: none}
  phone: {type: string, pii: phone}
  note: {type: string}
`;

describe('datamind pii scan', function () {
  this.timeout(60_000);
  let project: SmallProject;
  const values: string[] = [];
  before(async () => {
    project = await makeSmallProject();
    writeFileSync(join(project.ontology, 'accounts.yaml'), accounts);
    const instance = await DuckDBInstance.create(join(project.folder, 'shop.duckdb'));
    const connection = await instance.connect();
    await connection.run(
      'create table accounts (account_id integer, reference varchar, handle varchar, e_mail varchar, phone varchar, note varchar)',
    );
    for (let at = 0; at < 40; at += 1) {
      const row = [`user${at}@example.org`, `handle${at}`, `x${at}@example.net`, `+49 171 12345${10 + at}`, `n ${at}`];
      values.push(...row);
      await connection.run(`insert into accounts values (${at}, ${row.map((value) => `'${value}'`).join(', ')})`);
    }
    await connection.run('create table archive (id integer, last_name varchar)');
    await connection.run("insert into archive values (1, 'Adler')");
    connection.closeSync();
    instance.closeSync();
  });
  after(() => project.remove());
  const scan = (...args: readonly string[]) => runProgram(project.folder, ['pii', 'scan', ...args]);

  it('tells columns by names and values, and shows no value', async () => {
    const { code, out, err } = await scan('--format', 'json');
    expect([code, err]).to.deep.equal([1, '']);
    const { columns, unread, tables, connection } = JSON.parse(out) as ScanReport;
    const told = columns.map(({ table, column, declared, found, by, dimensions }) => ({
      column: `${table}.${column}`.replace(/^main\./, ''),
      says: [declared, found, by, dimensions.join()].join(' '),
    }));
    expect(told).to.have.deep.members([
      { column: 'accounts.reference', says: ' email values accounts.reference' },
      { column: 'accounts.e_mail', says: 'none email name and values accounts.e_mail' },
      { column: 'accounts.phone', says: 'phone phone name and values accounts.phone' },
      { column: 'customers.name', says: 'name name name customers.name' },
      { column: 'archive.last_name', says: ' name name ' },
    ]);
    expect([connection, tables, unread.map(({ table }) => table.replace(/^main\./, ''))]).to.deep.equal([
      'shop',
      5,
      ['archive'],
    ]);
    for (const value of [...values, 'Adler']) expect(out).not.to.contain(value);
  });

  it('as a table', async () => {
    const { out } = await scan('--rows', '20');
    expect(out).to.match(/accounts\.reference +email +values +≥ \d+ % +20 +write pii: email\n/);
    expect(out).to.match(/accounts\.e_mail .*said to be none\n/);
    expect(out).to.match(/archive\.last_name .*no dimension\n/);
    expect(out).to.contain('4 of 5 tables were read, at most 20 rows of each.');
    for (const value of [...values, 'Adler']) expect(out).not.to.contain(value);
  });

  it('reads what whoever looks may read: nothing of closed tables, nothing of masked columns', async () => {
    writeFileSync(
      join(project.ontology, 'policies.yaml'),
      'policies:\n  - {name: masked, for: everyone, on: accounts, columns: {reference: {mask: email}}}\n  - {name: none, for: {roles: [boss]}, on: customers, rows: "true"}\n',
    );
    const { out } = await scan('--format', 'json');
    const { columns, unread } = JSON.parse(out) as ScanReport;
    expect(columns.map(({ column }) => column)).not.to.include('reference');
    expect(unread.map(({ table }) => table.replace(/^main\./, ''))).to.have.members(['archive', 'customers']);
    writeFileSync(join(project.ontology, 'policies.yaml'), 'policies: []\n');
  });

  it('a wrong number of rows is wrong use', async () => {
    const { code, err } = await scan('--rows', '0');
    expect(code).not.to.equal(0);
    expect(err).to.contain('--rows');
  });

  it('check says it at the dimension: by names always, by values with a connection', async () => {
    const check = async (...args: readonly string[]) => {
      const { out } = await runProgram(project.folder, ['check', '--json', ...args]);
      const { data } = JSON.parse(out) as { data: { code: string; message: string; line: number }[] };
      return data.map(({ code, line, message }) => `${code} ${line} ${/`(\S+)`/.exec(message)![1]}`);
    };
    expect(await check()).to.deep.equal([]);
    expect(await check('--connection', 'shop')).to.deep.equal(['PII_UNCLASSIFIED 5 accounts.reference']);
  });
});
