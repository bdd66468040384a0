import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import type { Relation } from '../../core/plugin/contract.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { type AskRelations, createLineageReader, type DatabaseOf } from '../../src/pipeline/read-lineages.js';

const modelOf = (name: string): Model =>
  compile(new Map([['model.yaml', `entity: ${name}\ntable: orders\nkey: id\n`]])).model!;
const orders = { kind: 'table', catalog: null, schema: null, table: 'orders' } as const;
const stored: readonly Relation[] = [{ name: 'orders', origin: { kind: 'stored' } }];
const view: readonly Relation[] = [
  { name: 'orders', origin: { kind: 'query', text: 'select id from raw' } },
  { name: 'raw', origin: { kind: 'stored' } },
];

describe('what views read, as databases tell', () => {
  const minute = 60_000;
  const start = () => {
    let clock = 0;
    let told: readonly Relation[] | null = stored;
    let asked = 0;
    const ask: AskRelations = async () => {
      asked += 1;
      if (told === null) throw new Error('it is gone');
      return { dialect: 'sqlite', place: { catalog: null, schema: 'main' }, relations: told };
    };
    const reader = createLineageReader({
      log: createLogger({ level: 'silent' }),
      now: () => clock,
    });
    const shop = { identity: 'shop', place: 'shop', ask };
    const databaseOf: DatabaseOf = async (name) => (name === 'shop' ? shop : null);
    const model = modelOf('orders');
    return {
      model,
      read: (of: Model, home: string | null) => reader.read(of, home, databaseOf),
      asked: () => asked,
      wait: (ms: number) => {
        clock += ms;
      },
      tell: (relations: readonly Relation[] | null) => {
        told = relations;
      },
      /** How many relations the rows of the table come from; `null`: it is not known. */
      stores: async (of = model, home: string | null = 'shop') =>
        (await reader.read(of, home, databaseOf)).of(null).storesOf(orders)?.size ?? null,
    };
  };

  it('is asked once in a minute, and then behind the one who asks', async () => {
    const { stores, wait, tell, asked } = start();
    expect(await stores()).to.equal(1);
    tell(view);
    wait(minute - 1);
    expect([await stores(), asked()]).to.deep.equal([1, 1]);
    wait(1);
    expect([await stores(), asked()]).to.deep.equal([1, 2]);
    expect([await stores(), asked()]).to.deep.equal([2, 2]);
  });

  it('is waited for after ten, and at once for a new model', async () => {
    const { stores, wait, tell } = start();
    await stores();
    tell(view);
    expect(await stores(modelOf('purchases'))).to.equal(2);
    tell(stored);
    wait(10 * minute);
    expect(await stores()).to.equal(1);
  });

  it('is kept while a database cannot be asked, but not for long, and asked for again', async () => {
    const { stores, wait, tell, asked } = start();
    await stores();
    tell(null);
    wait(9 * minute);
    expect(await stores()).to.equal(1);
    wait(minute);
    expect(await stores()).to.equal(null);
    const before = asked();
    expect([await stores(), asked()]).to.deep.equal([null, before]);
    tell(view);
    wait(5_000);
    expect(await stores()).to.equal(2);
  });

  it('is not known of a connection that is not there', async () => {
    const { stores, model } = start();
    expect([await stores(model, 'other'), await stores(model, null)]).to.deep.equal([null, null]);
  });

  it('keeps what was found out while nothing changes, and tells one state from another', async () => {
    const { read, model, wait, tell, stores } = start();
    const first = await read(model, 'shop');
    wait(10 * minute);
    const second = await read(model, 'shop');
    expect([second.of(null), second.hash]).to.deep.equal([first.of(null), first.hash]);
    tell(view);
    wait(10 * minute);
    await stores();
    expect((await read(model, 'shop')).hash).not.to.equal(first.hash);
  });
});
