import { expect } from 'chai';
import { detectLanguage, type Language, readLanguages } from './language.js';
import { readAmount } from './numbers.js';
import { editDistance, slipsAllowed, SpellingIndex } from './spelling.js';
import { splitName, tokenize } from './tokens.js';

describe('tokens', () => {
  const rows: readonly (readonly [text: string, tokens: readonly string[]])[] = [
    ['Revenue by country?', ['revenue', 'by', 'country', '?']],
    ["What's the customer's city", ['what', 'is', 'the', 'customer', 'city']],
    ['e-commerce, year-to-date', ['e', 'commerce', ',', 'year', 'to', 'date']],
    ['€5,000 or 10k', ['€', '5,000', 'or', '10k']],
    ['on 2024-03-05 or 5.3.2024', ['on', '2024-03-05', 'or', '5.3.2024']],
    ['for "Fjell & Fell" only', ['for', 'fjell & fell', 'only']],
    ['Zürich Café', ['zurich', 'cafe']],
    ['عام ٢٠٢٥؟', ['عام', '2025', '?']],
    ['snake_case WELCOME10 Q3', ['snake_case', 'welcome10', 'q3']],
    ['  ', []],
  ];
  for (const [text, tokens] of rows) {
    it(JSON.stringify(text), () => expect(tokenize(text).map(({ norm }) => norm)).to.deep.equal(tokens));
  }

  it('names are cut at underscores and capitals', () => {
    expect(['order_count', 'orderCount', 'orders.signedUpAt', 'p95'].map(splitName)).to.deep.equal([
      'order count',
      'order Count',
      'orders signed Up At',
      'p95',
    ]);
  });
});

describe('spelling', () => {
  const rows: readonly (readonly [a: string, b: string, distance: number])[] = [
    ['revenue', 'revenue', 0],
    ['reveneu', 'revenue', 1],
    ['contry', 'country', 1],
    ['custmers', 'customers', 1],
    ['catgeory', 'category', 1],
    ['prodcut', 'product', 1],
    ['orrders', 'orders', 1],
    ['revnue', 'revenues', 2],
    ['abc', 'xyz', 3],
    ['', 'ab', 2],
  ];
  for (const [a, b, distance] of rows) {
    it(`${a} → ${b}: ${distance}`, () => {
      expect(editDistance(a, b, 2)).to.equal(distance);
      expect(editDistance(b, a, 2)).to.equal(distance);
    });
  }
  it('short words have no slips, but for letters that changed places', () => {
    expect([3, 4, 5, 8, 9, 20].map(slipsAllowed)).to.deep.equal([0, 0, 1, 1, 2, 2]);
    const index = new SpellingIndex();
    for (const word of ['year', 'month', 'category', 'store', 'score']) index.add(word);
    expect(index.nearest('yaer').map(({ word }) => word)).to.deep.equal(['year']);
    expect(index.nearest('yeal')).to.deep.equal([]);
    expect(index.nearest('categry').map(({ word }) => word)).to.deep.equal(['category']);
    expect(index.nearest('mouse')).to.deep.equal([]);
    const fumbled = (word: string): readonly string[] => index.fumbled(word).map((one) => one.word);
    for (const [word, ...found] of [
      ['stoer', 'store'],
      ['stre', 'store'],
      ['soore'],
      ['sstore', 'store'],
      ['shore'],
      ['mont'],
      ['moth', 'month'],
      ['yaer', 'year'],
      ['yera', 'year'],
      ['bear'],
      ['eyar', 'year'],
      ['yer'],
      ['scre', 'score'],
    ] as const)
      expect(fumbled(word), word).to.deep.equal(found);
    expect(index.oneSlip('soore')).to.deep.equal(['score', 'store']);
    expect(index.nearest('scoer').map(({ word }) => word)).to.deep.equal(['score']);
  });
});

describe('numbers, and languages', () => {
  let languages: readonly Language[];
  before(async () => {
    languages = await readLanguages(['en', 'id', 'ar']);
  });
  const rows: readonly (readonly [text: string, value: number, currency: string | null, isPercent?: boolean])[] = [
    ['5', 5, null],
    ['10k', 10_000, null],
    ['2.5m', 2_500_000, null],
    ['1.2bn', 1_200_000_000, null],
    ['€5,000', 5_000, 'EUR'],
    ['$1,234.50', 1_234.5, 'USD'],
    ['500 euros', 500, 'EUR'],
    ['3 million', 3_000_000, null],
    ['3 million dollars', 3_000_000, 'USD'],
    ['twenty five', 25, null],
    ['five hundred', 500, null],
    ['ten thousand', 10_000, null],
    ['5%', 5, null, true],
    ['5 %', 5, null, true],
    ['0.5', 0.5, null],
    ['a dozen', Number.NaN, null],
    ['1st', Number.NaN, null],
  ];
  for (const [text, value, currency, isPercent = false] of rows) {
    it(text, () => {
      const amount = readAmount(tokenize(text), 0, languages[0]!);
      if (Number.isNaN(value)) expect(amount).to.equal(null);
      else expect(amount).to.deep.include({ value, currency, isPercent, length: tokenize(text).length });
    });
  }

  it('the words of a question tell its language', () => {
    const name = (text: string): string => detectLanguage(tokenize(text), languages).name;
    expect(name('How many orders were placed last year?')).to.equal('en');
    expect(name('berapa pesanan tahun lalu?')).to.equal('id');
    expect(name('كم عدد الطلبات في العام الماضي؟')).to.equal('ar');
    expect(name('xyzzy')).to.equal('en');
  });

  it('every word of a grammar is in the form in which questions are read', () => {
    for (const { name, time, irregular, numbers } of languages) {
      const lists = Object.values(time).filter((list): list is string[] => Array.isArray(list));
      const texts = [...lists.flat(), ...Object.keys({ ...time.months, ...time.weekdays, ...irregular, ...numbers })];
      const odd = texts.filter(
        (text) =>
          tokenize(text)
            .map(({ norm }) => norm)
            .join(' ') !== text,
      );
      expect(odd, name).to.deep.equal([]);
    }
  });
});
