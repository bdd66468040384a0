/** Diagnostics for the readers that they have: people, programs, CI systems. */
import { wholeFolder } from '../load/source-text.js';
import { type DiagnosticCode, diagnosticCatalogue } from './catalogue.js';
import type { Diagnostic } from './diagnostic.js';

export type DiagnosticFormat = 'text' | 'json' | 'junit' | 'sarif' | 'github';

export interface RenderOptions {
  /** Texts by file, for the source line under a message. */
  readonly files?: ReadonlyMap<string, string>;
  /** The folder of the model, as a path from the root of the repository; files are named from there. */
  readonly folder?: string;
}

/** A file's path for a reader; a diagnostic of the folder as a whole names the folder. */
const pathOf = (folder: string, file: string): string => {
  if (folder === '' || folder === wholeFolder) return file;
  const path = folder.replace(/\/+$/, '');
  return file === wholeFolder ? path : `${path}/${file}`;
};

const lineOf = (text: string | undefined, line: number): string | undefined =>
  text?.replace(/^\ufeff/, '').split(/\r?\n/)[line - 1];

/** Tabs stay tabs, so that the caret stands right whatever their width. Wide characters count double in a terminal. */
const padding = (line: string, column: number): string =>
  [...line.slice(0, column - 1)]
    .map((char) =>
      char === '\t'
        ? '\t'
        : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(char)
          ? '  '
          : ' ',
    )
    .join('');

const longestLine = 160;

const excerpt = ({ line, column, end }: Diagnostic, source: string): string => {
  // Of a long line the part around the place is shown.
  const from = column > longestLine - 20 ? column - 40 : 0;
  const shown = source.slice(from, from + longestLine);
  const width = Math.max(
    1,
    Math.min(end.line === line ? end.column - column : source.length - column + 1, longestLine - (column - from)),
  );
  const gutter = String(line);
  return `${gutter} | ${shown}\n${' '.repeat(gutter.length)} | ${padding(shown, column - from)}${'^'.repeat(width)}`;
};

const renderText = (diagnostics: readonly Diagnostic[], { files, folder = '' }: RenderOptions): string => {
  const blocks = diagnostics.map((one) => {
    const head = `${pathOf(folder, one.file)}:${one.line}:${one.column} ${one.severity} ${one.code}\n  ${one.message}`;
    const source = lineOf(files?.get(one.file), one.line);
    const body = source === undefined ? '' : `\n${excerpt(one, source)}`;
    const related = (one.related ?? []).map(
      (other) => `\n  ${other.message}: ${pathOf(folder, other.file)}:${other.line}:${other.column}`,
    );
    return `${head}${body}${related.join('')}\n`;
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `${[...blocks, `${count(errors, 'error')}, ${count(warnings, 'warning')}`].join('\n')}\n`;
};

const renderJson = (diagnostics: readonly Diagnostic[]): string =>
  `${JSON.stringify({ data: diagnostics, count: diagnostics.length }, null, 2)}\n`;

const invalidXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const xml = (text: string): string =>
  text
    .replace(invalidXml, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** One test case a file; a file without errors passes. */
const renderJunit = (diagnostics: readonly Diagnostic[], { files, folder = '' }: RenderOptions): string => {
  const names = [...new Set([...(files?.keys() ?? []), ...diagnostics.map(({ file }) => file)])].sort();
  const cases = names.map((name) => {
    const own = diagnostics.filter(({ file }) => file === name);
    const failures = own
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ code, message, line, column }) =>
          `      <failure type="${code}" message="${xml(message)}">${xml(`${pathOf(folder, name)}:${line}:${column} ${message}`)}</failure>\n`,
      );
    const warnings = own
      .filter(({ severity }) => severity === 'warning')
      .map(({ code, message, line, column }) => `${name}:${line}:${column} ${code} ${message}`);
    const output = warnings.length === 0 ? '' : `      <system-out>${xml(warnings.join('\n'))}</system-out>\n`;
    return `    <testcase classname="model" name="${xml(name)}">\n${failures.join('')}${output}    </testcase>\n`;
  });
  const failed = names.filter((name) =>
    diagnostics.some(({ file, severity }) => file === name && severity === 'error'),
  ).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="datamind check" tests="${names.length}" failures="${failed}">\n${cases.join('')}  </testsuite>\n</testsuites>\n`;
};

const uri = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

/** SARIF 2.1.0, for code scanning. */
const renderSarif = (diagnostics: readonly Diagnostic[], { folder = '' }: RenderOptions): string => {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort() as DiagnosticCode[];
  const location = (file: string, region: object): object => ({
    physicalLocation: { artifactLocation: { uri: uri(pathOf(folder, file)) }, region },
  });
  const results = diagnostics.map((one) => ({
    ruleId: one.code,
    ruleIndex: codes.indexOf(one.code),
    level: one.severity,
    message: { text: one.message },
    locations: [
      location(one.file, {
        startLine: one.line,
        startColumn: one.column,
        endLine: one.end.line,
        endColumn: one.end.column,
      }),
    ],
    ...(one.related === undefined
      ? {}
      : {
          relatedLocations: one.related.map((other, id) => ({
            id,
            message: { text: other.message },
            ...location(other.file, { startLine: other.line, startColumn: other.column }),
          })),
        }),
  }));
  const rules = codes.map((id) => ({
    id,
    shortDescription: { text: diagnosticCatalogue[id].title },
    defaultConfiguration: { level: diagnosticCatalogue[id].severity },
  }));
  const run = { tool: { driver: { name: 'datamind', rules } }, columnKind: 'utf16CodeUnits', results };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const githubData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const githubProperty = (text: string): string => githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
const renderGithub = (diagnostics: readonly Diagnostic[], { folder = '' }: RenderOptions): string =>
  diagnostics
    .map(({ severity, code, message, file, line, column, end }) => {
      const place = `file=${githubProperty(pathOf(folder, file))},line=${line},col=${column},endLine=${end.line},endColumn=${end.column}`;
      return `::${severity} ${place},title=${githubProperty(code)}::${githubData(message)}\n`;
    })
    .join('');

const renderers: Readonly<
  Record<DiagnosticFormat, (diagnostics: readonly Diagnostic[], options: RenderOptions) => string>
> = {
  text: renderText,
  json: renderJson,
  junit: renderJunit,
  sarif: renderSarif,
  github: renderGithub,
};

export const diagnosticFormats = Object.freeze(Object.keys(renderers)) as readonly DiagnosticFormat[];

export const renderDiagnostics = (
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  options: RenderOptions = {},
): string => renderers[format](diagnostics, options);
