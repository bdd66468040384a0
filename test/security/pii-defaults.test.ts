/** What a project says of personal data is in force on every engine, in SQL text and in planned queries, as if each policy were written. */
import { expect } from 'chai';
import { judge } from '../../core/firewall/judge.js';
import { bindSql } from '../../core/sql/bind-sql.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { parseSql } from '../../core/sql/parse-sql.js';
import { printRelation } from '../../core/sql/print-statement.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { policeSql } from '../../semantic/policy/police-sql.js';
import { dialects } from '../engines/start-engine.js';
import { placeOf } from './place-of.js';
import { SecurityDatabase } from './security-database.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const now = new Date('2026-01-01T12:00:00Z');
const somebody = createSubject({ user: 'sam', roles: ['analyst'] });
const cleared: readonly (readonly [string, Subject])[] = [
  ['a role', createSubject({ user: 'ann', roles: ['admin'] })],
  ['a group', createSubject({ user: 'pia', groups: ['privacy'] })],
  ['a user', createSubject({ user: 'dpo' })],
];

const defaults = `project:
  name: shop
  pii:
    clearance: {roles: [admin], groups: [privacy], users: [dpo]}
    masks:
      name: {mask: first 1}
      email: {mask: email}
      phone: {mask: last 4}
      salary: {mask: {range: 1000}}
      birth_date: {mask: {date_trunc: year}}
      national_id: deny
      iban: {mask: last 4}
`;
const authored = `project: {name: shop}
---
policies:
  - {name: all, for: everyone, on: people, rows: "true"}
  - name: masks
    for: everyone
    except: {roles: [admin], groups: [privacy], users: [dpo]}
    on: people
    effect: restrictive
    columns:
      name: {mask: first 1}
      email: {mask: email}
      phone: {mask: last 4}
      salary: {mask: {range: 1000}}
      born: {mask: {date_trunc: year}}
      ssn: deny
      account: {mask: "null"}
      login: deny
`;
const people = (place: string): string => `---
entity: people
table: ${place}.people
key: id
dimensions:
  id: {type: number}
  name: {type: string, pii: name}
  email: {type: string, pii: email}
  phone: {type: string, pii: phone}
  salary: {type: number, pii: salary}
  born: {type: time, stores: date, pii: birth_date}
  ssn: {type: string, pii: national_id}
  account: {type: number, pii: iban}
  nick: {type: string, pii: none}
  login: {type: string, expr: lower(email), pii: name}
measures: {earned: {sum: salary}}
`;

const columns = 'id, name, email, phone, salary, born, account, nick';
const bare = [
  [1, 'Ada', 'ada@math.example', '555-1234', 12345, '1990-03-15', 77, 'a1'],
  [2, 'Bo', null, '5', 999, '1985-07-01', 88, 'b2'],
];
const masked = [
  [1, 'A***', 'a***@math.example', '***1234', 12000, '1990-01-01', null, 'a1'],
  [2, 'B***', null, '***', 0, '1985-01-01', null, 'b2'],
];

for (const dialect of dialects) {
  describe(`the project's masks of personal data on ${dialect}`, function () {
    this.timeout(120_000);
    const { catalog, schema } = placeOf[dialect];
    const table = { catalog, schema, table: 'people' };
    const place = catalog === null ? schema : `${catalog}.${schema}`;
    const compiled = (head: string) => compile(new Map([['shop.yaml', head + people(place)]])).model!;
    const model = compiled(defaults);
    const byHand = compiled(authored);
    let database: SecurityDatabase;

    before(async function () {
      await loadQueryParser();
      const opened = await SecurityDatabase.open(dialect);
      if ('missing' in opened) {
        console.log(`    skipped on ${dialect}: ${opened.missing}`);
        return this.skip();
      }
      database = opened;
      await database.write({
        people: {
          columns: {
            id: 'integer',
            name: 'string',
            email: 'string',
            phone: 'string',
            salary: 'integer',
            born: 'date',
            ssn: 'string',
            account: 'integer',
            nick: 'string',
          },
          rows: bare.map(([id, name, email, phone, salary, born, account, nick]) => [
            id!,
            name!,
            email!,
            phone!,
            salary!,
            born!,
            '078-05-1120',
            account!,
            nick!,
          ]),
        },
      });
    });
    after(() => database?.close());

    const police = (of: typeof model, subject: Subject, sql: string) => {
      const names = { tables: [table], defaults: placeOf[dialect] };
      const permit = () => permittedRelation(of, table, subject, { dialect, now, lineages: onlyTables, salt: null });
      return policeSql(bindSql(parseSql(sql, dialect), names), names, permit);
    };
    const rows = async ({ text, parameters }: Pick<ReturnType<typeof police>, 'text' | 'parameters'>) => {
      const outcome = await database.run({ sql: text, parameters });
      if (outcome.kind === 'error') throw new Error(`${outcome.code} ${outcome.detail}: ${text}`);
      return outcome.rows.map((row) => JSON.parse(row) as readonly unknown[]);
    };
    const plain = (row: readonly unknown[]) =>
      row.map((value) =>
        typeof value === 'string' && /^\d{4}-/.test(value)
          ? value.slice(0, 10)
          : typeof value === 'string' && /^\d+(\.0+)?$/.test(value) && value !== '5'
            ? Number(value)
            : value,
      );
    const ask = `SELECT ${columns} FROM people ORDER BY id`;

    it('SQL text sees masks, and the same as under policies of authors, to the letter', async () => {
      const ours = police(model, somebody, ask);
      expect((await rows(ours)).map(plain)).to.deep.equal(masked);
      const theirs = police(byHand, somebody, ask);
      expect([ours.text, ours.parameters]).to.deep.equal([theirs.text, theirs.parameters]);
      const permission = permittedRelation(model, table, somebody, { dialect, now, lineages: onlyTables, salt: null });
      if (permission.kind === 'closed') throw new Error(permission.message);
      expect(permission.policies).to.deep.equal(['pii__people']);
      const relation = printRelation(dialect, permission.relation, 0);
      const expected = [{ table: 'people', text: relation.text, parameters: relation.parameters }];
      expect(judge({ dialect, text: ours.text, parameters: ours.parameters, expected })).to.include({
        verdict: 'allow',
      });
    });

    it('what is denied is not there', () => {
      for (const name of ['ssn', 'login'])
        expect(() => police(model, somebody, `SELECT ${name} FROM people`)).to.throw();
    });

    for (const [title, subject] of cleared) {
      it(`${title} with clearance sees all`, async () => {
        expect((await rows(police(model, subject, ask))).map(plain)).to.deep.equal(bare);
        expect(await rows(police(model, subject, 'SELECT ssn FROM people WHERE id = 1'))).to.deep.equal([
          ['078-05-1120'],
        ]);
      });
    }

    it('planned queries see masks, also in what they add up', async () => {
      const query = { dimensions: ['people.name'], metrics: ['earned'], order: [{ by: 'people.name' }] };
      const options = { dialect, now, lineages: onlyTables, salt: null, features: { timeZones: true } };
      const sums = async (subject: Subject) =>
        (await rows(planForSubject(model, query, subject, options))).map(([name, sum]) => [name, Number(sum)]);
      expect(await sums(somebody)).to.deep.equal([
        ['A***', 12000],
        ['B***', 0],
      ]);
      expect(await sums(cleared[1]![1])).to.deep.equal([
        ['Ada', 12345],
        ['Bo', 999],
      ]);
      expect(() => planForSubject(model, { dimensions: ['people.login'] }, somebody, options)).to.throw();
    });
  });
}
