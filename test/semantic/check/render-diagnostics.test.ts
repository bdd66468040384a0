import { expect } from 'chai';
import { compile } from '../../../semantic/check/compiler.js';
import { type DiagnosticFormat, renderDiagnostics } from '../../../semantic/check/render-diagnostics.js';

const files = new Map([
  ['a b.yaml', 'entity: orders\ntable: orders\ndimensions:\n  status: {type: string, expr: "lowr(<état>)"}\n'],
  ['b.yaml', 'entity: orders\ntable: orders\n'],
]);
const { diagnostics } = compile(files);
const render = (format: DiagnosticFormat): string =>
  renderDiagnostics(diagnostics, format, { files, folder: 'ontology' });

describe('rendering diagnostics', () => {
  it('for people: with the source line and a caret under the place', () => {
    expect(render('text')).to.equal(`ontology/a b.yaml:4:38 error EXPRESSION_SYNTAX
  expected a value before \`<\`
4 |   status: {type: string, expr: "lowr(<état>)"}
  |                                      ^

ontology/b.yaml:1:9 error NAME_TAKEN
  there is an entity \`orders\` already, in a b.yaml line 1; choose another name, or remove one
1 | entity: orders
  |         ^^^^^^
  the first one: ontology/a b.yaml:1:9

2 errors, 0 warnings
`);
  });

  it('as JSON', () => {
    const { data, count } = JSON.parse(render('json')) as { data: { code: string; end: object }[]; count: number };
    expect(count).to.equal(2);
    expect(data[0]).to.deep.include({
      code: 'EXPRESSION_SYNTAX',
      file: 'a b.yaml',
      line: 4,
      column: 38,
      end: { line: 4, column: 39 },
    });
  });

  it('as JUnit, escaped', () => {
    expect(render('junit'))
      .to.contain('tests="2" failures="2"')
      .and.to.contain('message="expected a value before `&lt;`"');
  });

  it('as SARIF 2.1.0', () => {
    const { version, runs } = JSON.parse(render('sarif')) as {
      version: string;
      runs: {
        results: {
          locations: { physicalLocation: { artifactLocation: object; region: object } }[];
          relatedLocations?: object[];
        }[];
        tool: { driver: { rules: { id: string }[] } };
      }[];
    };
    expect(version).to.equal('2.1.0');
    const [run] = runs;
    expect(run!.tool.driver.rules.map(({ id }) => id)).to.deep.equal(['EXPRESSION_SYNTAX', 'NAME_TAKEN']);
    expect(run!.results[0]!.locations[0]!.physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'ontology/a%20b.yaml' },
      region: { startLine: 4, startColumn: 38, endLine: 4, endColumn: 39 },
    });
    expect(run!.results[1]!.relatedLocations).to.have.length(1);
  });

  it('as GitHub annotations, escaped', () => {
    expect(render('github').split('\n')[0]).to.equal(
      '::error file=ontology/a b.yaml,line=4,col=38,endLine=4,endColumn=39,title=EXPRESSION_SYNTAX::expected a value before `<`',
    );
  });
});
