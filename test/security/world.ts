/** The tables that every shape is tried on, and the model over them. */
import { expect } from 'chai';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import type { Data } from '../reference/data.js';
import { otherDatabase } from './other-database.js';
import { placeOf } from './place-of.js';
import type { Pair } from './non-interference.js';
import { type Shape, visible } from './shapes.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

/** Hidden rows stand between the permitted ones; 640.64 and 'Hidden Harry' are in hidden rows only. */
export const plainTables: Data = {
  customers: {
    columns: {
      id: 'integer',
      name: 'string',
      email: 'string',
      ssn: 'string',
      region: 'string',
      created_at: 'timestamp',
    },
    rows: [
      [1, 'Ada', 'ada@one.example', '100-00-0001', 'EU', '2025-01-05 08:00:00'],
      [2, 'Hidden Harry', 'harry@two.example', '200-00-0002', 'US', '2025-01-06 09:30:00'],
      [3, 'Çelik', 'celik@one.example', '300-00-0003', 'EU', '2025-02-07 10:00:00'],
      [4, "D'Arcy", null, '400-00-0004', 'US', '2025-02-08 11:00:00'],
      [5, null, 'nobody@one.example', '500-00-0005', 'EU', '2025-03-09 12:00:00'],
      [6, 'Fumi', 'fumi@three.example', null, 'APAC', '2025-03-10 13:00:00'],
      [7, 'Ada', 'ada2@one.example', '700-00-0007', 'EU', '2025-04-11 14:45:00'],
      [8, 'Gone', 'gone@four.example', '800-00-0008', null, null],
    ],
  },
  orders: {
    columns: { id: 'integer', customer_id: 'integer', amount: 'decimal', status: 'string', created_at: 'timestamp' },
    rows: [
      [10, 1, '100.50', 'paid', '2025-05-01 00:00:00'],
      [11, 2, '640.64', 'paid', '2025-05-02 00:00:00'],
      [12, 1, '20.00', 'open', '2025-05-03 00:00:00'],
      [13, 3, '50.00', 'void', '2025-05-04 06:00:00'],
      [14, 4, '0.00', 'paid', '2025-05-05 00:00:00'],
      [15, 5, null, 'open', '2025-05-06 00:00:00'],
      [16, 6, '5.00', 'secret', '2025-05-07 00:00:00'],
      [17, 7, '75.25', 'paid', '2025-05-08 00:00:00'],
      [18, 2, '1.00', 'open', '2025-05-08 00:00:00'],
      [19, null, '9.99', 'open', null],
      [20, 8, '33.00', 'odd', '2025-05-10 00:00:00'],
    ],
  },
  employees: {
    columns: { id: 'integer', name: 'string', salary: 'integer', manager_id: 'integer' },
    rows: [
      [1, 'Root', 91_000, null],
      [2, 'Mia', 52_000, 1],
      [3, 'Leo', 33_000, 2],
      [4, 'Liv', 34_000, 2],
      [5, 'Sam', 21_000, 3],
    ],
  },
  readings: {
    columns: {
      id: 'integer',
      customer_id: 'integer',
      flag: 'boolean',
      big: 'bigint',
      price: 'decimal',
      ratio: 'float',
      label: 'string',
      day: 'date',
      at: 'timestamp',
      moment: 'instant',
    },
    rows: [
      [
        1,
        1,
        true,
        '9007199254740993',
        '19.99',
        0.5,
        'a%b_c',
        '2025-06-01',
        '2025-06-01 10:00:00',
        '2025-06-01 10:00:00Z',
      ],
      [2, 2, false, '42', '640.64', 0.125, 'not a number', '2025-06-02', '2025-06-02 11:00:00', '2025-06-02 11:00:00Z'],
      [3, 3, null, '-7', '0.00', 2.5, '', '2025-06-03', '2025-06-03 12:00:00', '2025-06-03 12:00:00Z'],
      [4, 6, true, '0', '1.00', 0, '{', '2025-06-04', '2025-06-04 13:00:00', '2025-06-04 13:00:00Z'],
      [5, 7, false, '12', '7.50', -1.5, '12', '2025-06-05', '2025-06-05 14:00:00', '2025-06-05 14:00:00Z'],
      [6, 5, true, null, null, null, null, null, null, null],
    ],
  },
};

const documents = (shape: Shape): string => `
project: { name: Shop, version: 1 }
---
entity: customers
table: customers
key: id
joins:
  territory: { to: territories, on: { region: code } }
  keeper: { to: employees, on: keeper_id }
dimensions:
  id: { type: number }
  name: { type: string }
  email: { type: string }
  ssn: { type: string }
  region: { type: string }
  created_at: { type: time, stores: local }
---
entity: orders
table: orders
key: id
joins:
  customer: { to: customers, on: customer_id }
dimensions:
  id: { type: number }
  customer_id: { type: number }
  amount: { type: number }
  status: { type: string }
  created_at: { type: time, stores: local }
---
entity: employees
table: employees
key: id
joins:
  manager: { to: employees, on: manager_id, inverse: reports }
dimensions:
  id: { type: number }
  name: { type: string }
  salary: { type: number }
  manager_id: { type: number }
---
entity: readings
table: readings
key: id
joins:
  customer: { to: customers, on: customer_id }
dimensions:
  id: { type: number }
  customer_id: { type: number }
  flag: { type: boolean }
  big: { type: number }
  price: { type: number }
  ratio: { type: number }
  label: { type: string }
  day: { type: time, stores: date }
  at: { type: time, stores: local }
  moment: { type: time, stores: instant }
${shape.entities}
---
policies:${shape.policies === '' ? ' []' : shape.policies}
`;

export interface World {
  readonly shape: Shape;
  /** The model as its author wrote it. */
  readonly yaml: string;
  readonly model: Model;
  readonly subject: Subject;
  readonly pair: Pair;
  /** What the subject may see, and nothing else. */
  readonly seen: Data;
}

const joinsOf: Readonly<Record<string, string>> = {
  territories: '  territory: { to: territories, on: { region: code } }\n',
  keeper_id: '  keeper: { to: employees, on: keeper_id }\n',
};

/** @param second a database of one's own that agrees on what is permitted; made here when it is left out */
export async function createWorld(
  dialect: TextDialect,
  shape: Shape,
  plain: Data = plainTables,
  second?: Data,
): Promise<World> {
  await loadQueryParser();
  const first = shape.prepare(plain);
  let text = documents(shape);
  if (!('territories' in first)) text = text.replace(joinsOf.territories!, '');
  if (!('keeper_id' in first.customers!.columns)) text = text.replace(joinsOf.keeper_id!, '');
  text = text.replaceAll('joins:\ndimensions:', 'dimensions:');
  const { catalog, schema } = placeOf[dialect];
  text = text.replace(/^table: /gm, `table: ${catalog === null ? '' : `${catalog}.`}${schema}.`);
  const { model, diagnostics } = compile(new Map([['shop.yaml', text]]));
  expect(
    diagnostics.filter(({ severity }) => severity === 'error'),
    shape.name,
  ).to.deep.equal([]);
  return {
    shape,
    yaml: text,
    model: model!,
    subject: createSubject({ user: 'mia', roles: ['analyst'], attributes: shape.attributes }),
    pair: { first, second: second === undefined ? otherDatabase(first, shape) : shape.prepare(second) },
    seen: visible(first, shape),
  };
}
