import { expect } from 'chai';
import { createValueIndex } from '../../src/pipeline/value-index.js';

describe('values by what people call them', () => {
  const index = createValueIndex([
    { dimension: 'regions.country', values: ['Germany', 'France', 'Côte d’Ivoire', 'Österreich'] },
    { dimension: 'products.name', values: ['Dome Evo 10', 'Dome Classic 2', 'Tents'] },
    { dimension: 'products.category', values: ['Tents', 'Lamps', 'Snowshoes', 'Parties'] },
  ]);
  const rows: readonly [phrase: string, found: string | null, least: number][] = [
    ['germany', 'regions.country Germany', 1],
    ['GERMANY', 'regions.country Germany', 1],
    ['Cote d Ivoire', 'regions.country Côte d’Ivoire', 1],
    ['osterreich', 'regions.country Österreich', 1],
    ['tent', 'products.category Tents', 0.95],
    ['Snowshoe', 'products.category Snowshoes', 0.95],
    ['party', 'products.category Parties', 0.95],
    ['part', null, 0],
    ['Germny', 'regions.country Germany', 0.8],
    ['Dome Evo', 'products.name Dome Evo 10', 0.5],
    ['Dome Evo 11', null, 0],
    ['Dome Ev 10', 'products.name Dome Evo 10', 0.8],
    ['fr', null, 0],
    ['Spain', null, 0],
    ['', null, 0],
  ];
  for (const [phrase, found, least] of rows)
    it(`${phrase} is ${found ?? 'none'}`, () => {
      const [first] = index.find(phrase, 3);
      expect(first === undefined ? null : `${first.dimension} ${first.value}`).to.equal(found);
      expect(first?.score ?? 0).to.be.at.least(least);
    });

  it('are all that there are of a name, best first', () => {
    expect(index.find('tents', 10).map(({ dimension }) => dimension)).to.deep.equal([
      'products.category',
      'products.name',
    ]);
    expect(index.find('dome', 1)).to.have.length(1);
  });
});
