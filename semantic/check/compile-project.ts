import { childOf, type MapNode } from '../load/yaml-node.js';
import type { Mask, PiiDefaults, Project, Weekday } from '../model/model.js';
import type { DiagnosticCode } from './catalogue.js';
import type { Declaration } from './declarations.js';
import type { Finding } from './diagnostic.js';
import { readAudience } from './read-audience.js';
import { asMap, scalarAt, sortedRecord, textAt } from './read-fields.js';
import { readMask } from './read-mask.js';

/** The version of the YAML format that this DataMind reads. */
const formatVersion = 1;

const months = 'january february march april may june july august september october november december'.split(' ');

const defaults: Project = Object.freeze({
  name: 'DataMind',
  description: null,
  version: 1,
  connection: null,
  timezone: 'UTC',
  week_start: 'monday',
  fiscal_year_start: 1,
  currency: null,
  default_access: 'open',
  pii: null,
});

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // Offsets such as `+02:00` are known to Intl, and have no daylight saving.
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
};

const monthOf = (text: string): number | undefined => {
  const word = text.trim().toLowerCase();
  if (/^\d{1,2}$/.test(word)) return Number(word) >= 1 && Number(word) <= 12 ? Number(word) : undefined;
  const index = word.length < 3 ? -1 : months.findIndex((month) => month.startsWith(word));
  return index === -1 ? undefined : index + 1;
};

/** The declaration of a format newer than this DataMind reads: then nothing else can be said. */
export const newerVersion = (declaration: Declaration): Finding | null => {
  const body = asMap(declaration.body);
  const node = body && scalarAt(body, 'version');
  if (node === undefined || typeof node.value !== 'number' || node.value <= formatVersion) return null;
  const message = `this model is written in format ${node.value}, and this DataMind reads format ${formatVersion}; install the DataMind that reads format ${node.value}, or a later one`;
  return { code: 'VERSION_TOO_NEW', message, place: { source: declaration.source, start: node.start, end: node.end } };
};

const compilePii = (declaration: Declaration, body: MapNode, findings: Finding[]): PiiDefaults | null => {
  const entry = body.entries.find(({ key }) => key === 'pii');
  const node = asMap(entry?.value);
  const written = node && asMap(childOf(node, 'masks'));
  if (entry === undefined || node === undefined || written === undefined) return null;
  const { source } = declaration;
  const masks = written.entries.flatMap(({ key, value }): [string, Mask][] => {
    const mask = readMask(value, ({ start, end }) => {
      const message =
        'a mask for all columns of a class is not computed from the columns of one entity; choose another mask';
      findings.push({ code: 'POLICY_MASK_TYPE', message, place: { source, start, end } });
      return null;
    });
    return mask === null ? [] : [[key, mask]];
  });
  const { line } = source.position(entry.keyNode.start);
  const clearance = readAudience(childOf(node, 'clearance'));
  return { clearance, masks: sortedRecord(masks), source: { file: source.file, line } };
};

export const compileProject = (declaration: Declaration | undefined, findings: Finding[]): Project => {
  const body = declaration && asMap(declaration.body);
  if (declaration === undefined || body === undefined) return defaults;
  const report = (code: DiagnosticCode, key: string, message: string): void => {
    const node = childOf(body, key);
    if (node === undefined) return;
    findings.push({ code, message, place: { source: declaration.source, start: node.start, end: node.end } });
  };
  const timezone = textAt(body, 'timezone') ?? defaults.timezone;
  if (!isTimeZone(timezone)) {
    report(
      'PROJECT_TIMEZONE',
      'timezone',
      `there is no time zone \`${timezone}\`; write an IANA name, as in \`Europe/Berlin\``,
    );
  }
  const monthNode = scalarAt(body, 'fiscal_year_start');
  // Neither a text nor a number: the schema says so already.
  const readable = monthNode !== undefined && typeof monthNode.value !== 'boolean';
  const month = readable ? monthOf(monthNode.text) : 1;
  if (month === undefined) {
    report(
      'PROJECT_MONTH',
      'fiscal_year_start',
      'a month is written by its name, as in `april`, or as a number from 1 to 12',
    );
  }
  const version = scalarAt(body, 'version');
  if (typeof version?.value === 'number' && version.value < 1) {
    report('VALUE_NOT_ALLOWED', 'version', `the version of the format is ${formatVersion}`);
  }
  return Object.freeze({
    name: textAt(body, 'name') ?? defaults.name,
    description: textAt(body, 'description'),
    version: 1,
    connection: textAt(body, 'connection'),
    timezone,
    week_start: (textAt(body, 'week_start') ?? defaults.week_start) as Weekday,
    fiscal_year_start: month ?? 1,
    currency: textAt(body, 'currency'),
    default_access: textAt(body, 'default_access') === 'closed' ? 'closed' : 'open',
    pii: compilePii(declaration, body, findings),
  });
};
