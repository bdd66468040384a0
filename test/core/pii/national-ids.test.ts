import { expect } from 'chai';
import fc from 'fast-check';
import { isCardNumber, isIban, nationalIds } from '../../../core/pii/identify-number.js';

/** Numbers that their publishers give as examples, and one of each with an error in it. */
const examples: Readonly<Record<string, readonly [valid: string, invalid: string]>> = {
  'National Insurance number': ['AB123456C', 'QQ123456C'],
  'NHS number': ['9434765919', '9434765918'],
  'Steuer-Identifikationsnummer': ['86095742719', '86095742718'],
  "numéro d'inscription au répertoire (NIR)": ['184127645108946', '184127645108945'],
  'codice fiscale': ['RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  'DNI or NIE': ['12345678Z', '12345678A'],
  'burgerservicenummer (BSN)': ['111222333', '111222334'],
  PESEL: ['44051401359', '44051401358'],
  personnummer: ['8112189876', '8112189877'],
  fødselsnummer: ['15021951940', '15021951941'],
  'CPR-nummer': ['2110625629', '3202625629'],
  henkilötunnus: ['131052308T', '131052308U'],
  rijksregisternummer: ['85073003328', '85073003329'],
  'AHV-Nummer': ['7569217076985', '7569217076986'],
  Sozialversicherungsnummer: ['1237010180', '1238010180'],
  'número de identificação fiscal (NIF)': ['123456789', '123456788'],
  'PPS number': ['1234567T', '1234567U'],
  'rodné číslo': ['7103192745', '7103192746'],
  'cod numeric personal (CNP)': ['1630615123457', '1630615123458'],
  'единен граждански номер (EGN)': ['7523169263', '7523169264'],
  isikukood: ['36805280109', '36805280108'],
  'Social Security number': ['078051120', '666051120'],
  'Individual Taxpayer Identification Number': ['912903456', '912933456'],
  'Social Insurance Number': ['123456782', '123456783'],
  CPF: ['52998224725', '52998224724'],
  'Nomor Induk Kependudukan (NIK)': ['3171011708450001', '3171011713450001'],
  Aadhaar: ['234567890124', '234567890123'],
  'Permanent Account Number of a person': ['ABCPE1234F', 'ABCDE1234F'],
  居民身份证: ['11010519491231002X', '110105194912310021'],
  '個人番号 (My Number)': ['123456789018', '123456789019'],
  주민등록번호: ['9710139019902', '9710139019903'],
  'T.C. kimlik numarası': ['17291716060', '17291716061'],
  'South African identity number': ['7503305044089', '7503305044088'],
  CURP: ['BOXW310820HNERXN09', 'BOXW310820HNERXN08'],
  'RUT / RUN': ['125319092', '125319091'],
  CUIL: ['20267565393', '20267565394'],
  'NRIC / FIN': ['S1234567D', 'S1234567E'],
  เลขประจำตัวประชาชน: ['3100600445635', '3100600445634'],
  國民身分證統一編號: ['A123456789', 'A123456788'],
  'tax file number': ['123456782', '123456783'],
};

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: length, maxLength: length });

describe('national ids', () => {
  it('each have an example', () => {
    expect(nationalIds.map(({ name }) => name).sort()).to.deep.equal(Object.keys(examples).sort());
  });

  for (const { name, country, test, source } of nationalIds) {
    it(`${country}: ${name}`, () => {
      const [valid, invalid] = examples[name]!;
      expect(test(valid), valid).to.equal(true);
      expect(test(invalid), invalid).to.equal(false);
      expect(source).not.to.equal('');
    });
  }

  for (const { name, plain, test, chance } of nationalIds) {
    const lengths = plain.flatMap((form) => (/^d\d+$/.test(form) ? [Number(form.slice(1))] : []));
    if (lengths.length === 0) continue;
    it(`pass by chance no more often than said: ${name}`, () => {
      const values = fc.sample(digits(lengths[0]!), { numRuns: 5_000, seed: 1 });
      expect(values.filter(test).length / values.length).to.be.at.most(chance * 1.15 + 0.005);
    });
  }

  it('take no wrong digit for right where the rule catches each', () => {
    const strict = [
      'Aadhaar',
      'PESEL',
      'CPF',
      'T.C. kimlik numarası',
      'burgerservicenummer (BSN)',
      'Steuer-Identifikationsnummer',
    ];
    const cases = nationalIds.filter(({ name }) => strict.includes(name));
    expect(cases).to.have.length(strict.length);
    for (const { name, test } of cases) {
      const valid = examples[name]![0];
      for (let at = 0; at < valid.length; at += 1) {
        for (let add = 1; add < 10; add += 1) {
          const wrong = valid.slice(0, at) + ((Number(valid[at]) + add) % 10) + valid.slice(at + 1);
          expect(test(wrong), `${name} ${wrong}`).to.equal(false);
        }
      }
    }
  });
});

describe('cards and IBANs', () => {
  const cards =
    '4111111111111111 5500005555555559 2221000000000009 378282246310005 30569309025904 6011111111111117 3530111333300000 6200000000000005 6759649826438453'.split(
      ' ',
    );
  for (const card of cards) it(`card ${card}`, () => expect(isCardNumber(card)).to.equal(true));
  for (const other of [
    '4111111111111112',
    '1111111111111117',
    '411111111111111',
    '0000000000000000',
    '1732190400123456',
  ]) {
    it(`no card: ${other}`, () => expect(isCardNumber(other)).to.equal(false));
  }
  const ibans =
    'DE89370400440532013000 GB82WEST12345698765432 FR1420041010050500013M02606 NL91ABNA0417164300 NO9386011117947 MT84MALT011000012345MTLCAST001S BR1800360305000010009795493C1'.split(
      ' ',
    );
  for (const iban of ibans) {
    it(`IBAN ${iban}`, () => {
      expect(isIban(iban)).to.equal(true);
      expect(isIban(iban.slice(0, -1))).to.equal(false);
      const last = Number.parseInt(iban.at(-1)!, 36);
      expect(isIban(iban.slice(0, -1) + ((last + 1) % 10))).to.equal(false);
    });
  }
});
