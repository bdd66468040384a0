import { expect } from 'chai';
import fc from 'fast-check';
import { maskText } from '../../../core/pii/mask-text.js';

describe('personal data in free text', () => {
  const masked: readonly [text: string, masked: string][] = [
    ['write to anna.adler@example.com, please', 'write to [email], please'],
    ['"mail":"anna+x@sub.example.co.uk"', '"mail":"[email]"'],
    ['/find?q=anna%40example.com', '/find?q=[email]'],
    ['from <jürgen@müller.example>', 'from <[email]>'],
    ['tel +49 171 1234567 now', 'tel [phone] now'],
    ['call (030) 1234567', 'call [phone]'],
    ['0171/1234567', '[phone]'],
    ['+1 (212) 555-0187', '[phone]'],
    ['212-555-0187', '[phone]'],
    ['q=%2B491711234567', 'q=[phone]'],
    ['01 23 45 67 89', '[phone]'],
    ['(11) 96123-4567', '[phone]'],
    ['phone: 5551234567', 'phone: [phone]'],
    ["where phone = '5551234567'", "where phone = '[phone]'"],
    ['card 4111 1111 1111 1111.', 'card [card].'],
    ['4111111111111111,5500005555555559', '[card],[card]'],
    ['3782-822463-10005', '[card]'],
    ['card-4111111111111111', 'card-[card]'],
    ['DE89 3704 0044 0532 0130 00 ok', '[iban] ok'],
    ['to GB82WEST12345698765432', 'to [iban]'],
    ['from 203.0.113.7:5432', 'from [ip]:5432'],
    ['[2001:db8:85a3::8a2e:370:7334]:80', '[[ip]]:80'],
    ['::ffff:203.0.113.9', '[ip]'],
    ['"dob": "1980-01-31"', '"dob": "[birth_date]"'],
    ['ssn 078-05-1120', 'ssn [national_id]'],
    ['AB 12 34 56 C', '[national_id]'],
    ['86095742719', '[national_id]'],
    ['1 84 12 76 451 089 46', '[national_id]'],
    ['RSSMRA85T10A562S', '[national_id]'],
    ['12345678Z and X1234567L', '[national_id] and [national_id]'],
    ['BSN 111222333', 'BSN [national_id]'],
    ['529.982.247-25', '[national_id]'],
    ['3275024508900002', '[national_id]'],
    ['44051401359', '[national_id]'],
    ['2345 6789 0124', '[national_id]'],
    ['756.9217.0769.85', '[national_id]'],
  ];
  for (const [text, expected] of masked) {
    it(`is masked: ${text}`, () => expect(maskText(text)).to.equal(expected));
  }

  const kept: readonly string[] = [
    'user@localhost',
    'order 4111111111111112',
    'order 5551234567',
    '111222333',
    'phone_count: 5551234567',
    '123 456 789',
    '1,234,567,890',
    'price 1234567.89',
    '0.4111111111111111',
    '550e8400-e29b-41d4-a716-446655440000',
    '12345678-1234-1234-1234-123456789012',
    '2024-01-02T03:04:05.678Z',
    '2024-01-02 03:04:05',
    '01.02.2024 12:30',
    '1732190400123',
    'order 20241121-0042',
    'version 1.2.3.4',
    'v1.2.3.4',
    '1.2.3.4.5',
    '127.0.0.1:80 and ::1',
    'x::date, std::string, 12:30:45',
    'sha 9f86d081884c7d659a2feaa0c55ad015',
    'port 8000, row 12 of 300000 in 34 ms',
  ];
  for (const text of kept) it(`is kept: ${text}`, () => expect(maskText(text)).to.equal(text));

  it('is gone wherever it stands', () => {
    const values = [
      'anna@example.com',
      '+491711234567',
      '4111111111111111',
      'DE89370400440532013000',
      '203.0.113.7',
      'RSSMRA85T10A562S',
    ];
    // What an engine or a program puts around a value; a digit or letter right beside it would make it another value.
    const around = fc.string({ maxLength: 40, unit: fc.constantFrom(...' \n\t"\'()[]{}<>=;,|:\\*'.split('')) });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        around,
        fc.constantFrom(...values),
        around,
        (text, before, value, after) => {
          expect(maskText(`${text} ${before}${value}${after} ${text}`)).not.to.contain(value);
        },
      ),
    );
  });

  it('does not grow worse when it is done again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789abc@.:+-() %'.split('')), maxLength: 200 }),
        (text) => {
          const once = maskText(text);
          expect(maskText(once).length).to.be.at.most(once.length + 20);
        },
      ),
    );
  });

  it('takes time in proportion to the text', () => {
    const seconds = (text: string): number => {
      const start = process.cpuUsage().user;
      maskText(text);
      return (process.cpuUsage().user - start) / 1e6;
    };
    for (const piece of ['1 ', '1-', 'a@', '1.', ':a', '(0', '%40', 'phone 123456 ', 'DE89 ', 'a@b.', '1:', '\\"']) {
      const text = piece.repeat(Math.ceil(100_000 / piece.length));
      expect(seconds(text), JSON.stringify(piece)).to.be.below(3);
    }
  });
});
