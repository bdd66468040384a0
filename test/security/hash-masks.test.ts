/** Keyed hashes are the same on every engine, and no statement's text tells the key. */
import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { judge } from '../../core/firewall/judge.js';

import { bindSql } from '../../core/sql/bind-sql.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { parseSql } from '../../core/sql/parse-sql.js';
import { printRelation } from '../../core/sql/print-statement.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import { hashKeyOf } from '../../semantic/policy/hash-key.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { policeSql } from '../../semantic/policy/police-sql.js';
import { dialects } from '../engines/start-engine.js';
import { placeOf } from './place-of.js';
import { SecurityDatabase } from './security-database.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const salt = 'a key with ünicode, of more than 64 bytes: 0123456789 0123456789 0123456789';
const emails = ['ada@math.example', 'Çelik 😀 "quoted" \\ back', '', ' padded ', 'x'.repeat(90), null];
const expected = emails.map((email) => email && createHmac('sha256', salt).update(email).digest('hex'));
expected[2] = createHmac('sha256', salt).update('').digest('hex');

const now = new Date('2026-01-01T12:00:00Z');
const subject = createSubject({ user: 'ada' });

for (const dialect of dialects) {
  describe(`hashes as masks on ${dialect}`, function () {
    this.timeout(120_000);
    const { catalog, schema } = placeOf[dialect];
    const place = catalog === null ? schema : `${catalog}.${schema}`;
    const { model } = compile(
      new Map([
        [
          'people.yaml',
          `entity: people
table: ${place}.people
key: id
dimensions: {id: {type: number}, email: {type: string}}
---
policies: [{name: hashed, for: everyone, on: people, columns: {email: {mask: hash}}}]`,
        ],
      ]),
    );
    const relationOf = (key: string | null) =>
      permittedRelation(model!, { catalog, schema, table: 'people' }, subject, {
        dialect,
        now,
        lineages: onlyTables,
        salt: key,
      });
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
          columns: { id: 'integer', email: 'string' },
          rows: emails.map((email, index) => [index, email]),
        },
      });
    });
    after(() => database?.close());

    const police = (key: string | null) => {
      const names = { tables: [{ catalog, schema, table: 'people' }], defaults: placeOf[dialect] };
      return policeSql(bindSql(parseSql('SELECT email FROM people ORDER BY id', dialect), names), names, () =>
        relationOf(key),
      );
    };
    const rows = async (sql: string, parameters: Parameters<typeof database.run>[0]['parameters']) => {
      const outcome = await database.run({ sql, parameters });
      if (outcome.kind === 'error') throw new Error(`${outcome.code} ${outcome.detail}: ${sql}`);
      return outcome.rows.map((row) => JSON.parse(row) as readonly unknown[]);
    };

    it('in SQL text, which the firewall lets through', async () => {
      const { text, parameters } = police(salt);
      expect((await rows(text, parameters)).map(([email]) => email)).to.deep.equal(expected);
      const permission = relationOf(salt);
      if (permission.kind === 'closed') throw new Error(permission.message);
      const relation = printRelation(dialect, permission.relation, 0);
      const allowed = [{ table: 'people', text: relation.text, parameters: relation.parameters }];
      expect(judge({ dialect, text, parameters, expected: allowed })).to.deep.include({ verdict: 'allow' });
    });

    it('in a planned query', async () => {
      const query = { dimensions: ['people.email'], order: [{ by: 'people.email' }] };
      const plan = planForSubject(model!, query, subject, {
        dialect,
        now,
        lineages: onlyTables,
        salt,
        features: { timeZones: true },
      });
      expect((await rows(plan.text, plan.parameters)).map(([email]) => email)).to.have.members(expected);
    });

    it('nothing but a null without a key', async () => {
      const { text, parameters } = police(null);
      expect(await rows(text, parameters)).to.deep.equal(emails.map(() => [null]));
    });

    it('no statement of a user can name what is bound', () => {
      const names = { tables: [{ catalog, schema, table: 'people' }], defaults: placeOf[dialect] };
      for (const placeholder of ['$1', '?', '?1', ':1', ':p1', '@p1', '{p1:String}', '{p0:String}', '$p1']) {
        const ask = () => {
          const sql = `SELECT ${placeholder} AS key, email FROM people`;
          const { text, parameters } = policeSql(bindSql(parseSql(sql, dialect), names), names, () => relationOf(salt));
          return judge({ dialect, text, parameters, expected: [] }).verdict;
        };
        expect(ask, placeholder).to.throw(DataMindError);
      }
    });

    it('the text has a placeholder where the key is', () => {
      const { text, parameters } = police(salt);
      const { outer, inner } = hashKeyOf(salt);
      for (const secret of [salt, outer, inner]) expect(text).not.to.include(secret);
      expect(parameters.map(({ value }) => value)).to.include.members([outer, inner]);
    });
  });
}
