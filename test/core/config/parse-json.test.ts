import { expect } from 'chai';
import fc from 'fast-check';
import { didYouMean } from '../../../core/config/did-you-mean.js';
import { parseJson } from '../../../core/config/parse-json.js';

describe('JSON with the place of everything', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { value: found, problems } = parseJson(text);
        expect(problems).to.deep.equal([]);
        expect(JSON.stringify(found)).to.equal(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and numbers that would lose digits', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.nat(),
        fc.constantFrom('', ',', '}', '"', '\\', '01', 'nul', '\u0001'),
        (value, at, noise) => {
          const whole = JSON.stringify(value, null, 1);
          const cut = at % (whole.length + 1);
          const text = whole.slice(0, cut) + noise + whole.slice(cut + 1);
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          const { value: found, problems } = parseJson(text);
          if (problems.some(({ message }) => message.startsWith('this number'))) return;
          expect(found !== undefined, text).to.equal(valid);
        },
      ),
      { numRuns: 500 },
    );
  });

  for (const number of [
    '9007199254740992',
    '-0.1',
    '1e300',
    '1.50000000000000000',
    '123456789012345.5',
    '0e5',
    '5e-324',
  ]) {
    it(`keeps ${number}`, () => expect(parseJson(number).value).to.equal(Number(number)));
  }
  for (const [number, message] of [
    ['1e999', 'this number is too large'],
    ['-1e999', 'this number is too large'],
    ['9007199254740993', 'this number has more digits than a JSON number keeps; write it as a text in "quotes"'],
    ['0.12345678901234567', 'this number has more digits than a JSON number keeps; write it as a text in "quotes"'],
    ['1e-999', 'this number has more digits than a JSON number keeps; write it as a text in "quotes"'],
  ] as const) {
    it(`refuses ${number}: it would become another`, () => {
      const { value, problems } = parseJson(`{"limit":\n ${number}}`);
      expect(value).to.equal(undefined);
      expect(problems.map(({ place, message: said }) => ({ ...place, said }))).to.deep.equal([
        { line: 2, column: 2, said: message },
      ]);
    });
  }

  it('knows where keys and items begin', () => {
    const { places } = parseJson('{\n  "a": [1,\n    {"b/c": 2}],\n  "~": 3 }');
    expect(Object.fromEntries(places)).to.deep.equal({
      '': { line: 1, column: 1 },
      '/a': { line: 2, column: 3 },
      '/a/0': { line: 2, column: 9 },
      '/a/1': { line: 3, column: 5 },
      '/a/1/b~1c': { line: 3, column: 6 },
      '/~0': { line: 4, column: 3 },
    });
  });

  it('does not let a key reach the prototype', () => {
    const { value } = parseJson('{"__proto__": {"polluted": true}}');
    expect((value as { polluted?: boolean }).polluted).to.equal(undefined);
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
  });

  it('is not overrun by depth', () => {
    expect(parseJson('['.repeat(100_000)).problems[0]!.message).to.equal('this is nested more than 100 levels deep');
  });

  const bodies: Readonly<Record<string, readonly string[]>> = {
    'on one line': Array.from({ length: 50_000 }, (_, index) => `value number ${index}`),
    'in one text': ['x"\\'.repeat(250_000)],
  };
  for (const [shape, values] of Object.entries(bodies)) {
    for (const indent of [0, 2]) {
      it(`takes a time that grows with the text: a megabyte ${shape}, indented by ${indent}`, () => {
        const textOf = (part: readonly unknown[]): string =>
          JSON.stringify({ filters: { member: 'name', op: 'in', values: part } }, null, indent);
        const text = textOf(values);
        const tenth = textOf(values.length === 1 ? [values[0]!.slice(0, 75_000)] : values.slice(0, values.length / 10));
        expect(text.length).to.be.greaterThan(1_000_000);
        const timeOf = (some: string): number => {
          const before = process.cpuUsage();
          expect(parseJson(some).problems).to.deep.equal([]);
          return process.cpuUsage(before).user / 1000;
        };
        // The shortest of each counts, for the machine has other things to do: it is asked again while that may be why.
        let [short, long] = [Infinity, Infinity];
        for (let round = 0; round < 3 || (round < 20 && long / Math.max(short, 1) >= 50); round += 1) {
          short = Math.min(short, timeOf(tenth));
          long = Math.min(long, timeOf(text));
        }
        // Ten times as long; one that looked at all that was before each time would take a hundred times as long.
        expect(long / Math.max(short, 1)).to.be.lessThan(50);
      });
    }
  }

  it('tells the line and the column of a fault at the end of many lines', () => {
    const lines = `[\n${'1,\n'.repeat(50_000)}  oops]`;
    expect(parseJson(lines).problems[0]!.place).to.deep.equal({ line: 50_002, column: 3 });
  });

  it('reads past a byte order mark', () => expect(parseJson('\ufeff{}').problems).to.deep.equal([]));
});

describe('did you mean', () => {
  const known = ['host', 'port', 'password', 'connect_timeout_seconds'];
  const rows: Readonly<Record<string, string | undefined>> = {
    hots: 'host',
    Port: 'port',
    passwrd: 'password',
    connect_timeout: undefined,
    connect_timeout_second: 'connect_timeout_seconds',
    zebra: undefined,
    x: undefined,
  };
  for (const [name, meant] of Object.entries(rows)) {
    it(`${name} → ${meant ?? 'nothing'}`, () => expect(didYouMean(name, known)).to.equal(meant));
  }
});
