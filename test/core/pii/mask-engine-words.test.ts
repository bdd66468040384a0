import { expect } from 'chai';
import fc from 'fast-check';
import { maskEngineWords } from '../../../core/pii/mask-engine-words.js';

const rows: readonly (readonly [says: string, kept: string])[] = [
  ['division by zero', 'division by zero'],
  ['invalid input syntax for type integer: "ada@x.example"', 'invalid input syntax for type integer: …'],
  ['Key (email)=(ada@x.example) is not present', 'Key (email)=(…) is not present'],
  [
    "Conversion Error: Could not convert string 'Ada' to INT32",
    'Conversion Error: Could not convert string … to INT32',
  ],
  ["Incorrect DATE value: '1990-03-15'", 'Incorrect DATE value: …'],
  ['Unknown column `ssn` in `where`', 'Unknown column …'],
  ['Overflow in multiplication of INT32 (123456 * -99999)!', 'Overflow in multiplication of INT32 (# * -#)!'],
  ['at most 64 levels', 'at most 64 levels'],
  ['value 12:30:59 is out of range', 'value # is out of range'],
  ['DE89 3704 0044 0532 is no number', 'DE89 # # # is no number'],
  // Of what was cut off only the beginning is quoted.
  ["Cannot parse 'Ada Lovel", 'Cannot parse …'],
  ['syntax error at or near "sel', 'syntax error at or near …'],
  ['ungültige Eingabe: »Ada«', 'ungültige Eingabe: …'],
  ['valeur «Ada» incorrecte', 'valeur … incorrecte'],
  ['can’t read “Ada”', 'can…'],
  // Apostrophes are no quotes, and hide none.
  ["can't open the file", "can't open the file"],
  ["the table's owner", "the table's owner"],
  ["can't convert 'Ada' to INT", 'can… to INT'],
  // What it quotes has quotes, as it came.
  ["Could not convert 'it's a secret' to INT32", 'Could not convert … to INT32'],
  ['invalid input: "a" secret "b"', 'invalid input: …'],
  ["'first' is not 'second'", '…'],
  ['', ''],
];

describe('what a database said', () => {
  for (const [says, kept] of rows)
    it(`${says || 'nothing'} → ${kept}`, () => {
      expect(maskEngineWords(says)).to.equal(kept);
    });

  it('is short', () => {
    expect(maskEngineWords('very '.repeat(10_000)).length).to.equal(400);
  });

  it('never holds what it quotes, whatever that is', () => {
    const value = fc.string({ unit: fc.constantFrom(...`abc '"\`«»“”‘’@.\\\n1`), minLength: 1, maxLength: 30 });
    const templates: readonly ((quote: string, text: string) => string)[] = [
      (quote, text) => `Could not convert ${quote}SECRET${text}SECRET${quote} to a number`,
      (quote, text) => `can't convert ${quote}${text}SECRET${text}${quote}: it isn't one`,
      // Of what was cut off it cannot be told whether a quote in it ended it.
      (quote, text) => `invalid value: ${quote}${text.replaceAll(/['"`«»“”‘’]/g, '')}SECRET`,
      (quote, text) => `column ${quote}a${quote} holds ${quote}${text}SECRET${text}${quote}`,
    ];
    fc.assert(
      fc.property(value, fc.constantFrom("'", '"', '`'), fc.constantFrom(...templates), (text, quote, template) => {
        expect(maskEngineWords(template(quote, text))).to.not.include('SECRET');
      }),
      { numRuns: 2_000 },
    );
  });
});
