import type { ReportRow } from './case.js';

const marks: Record<ReportRow['status'], string> = { passed: 'ok', failed: 'FAIL', skipped: '–' };

/** More cases of one reason are counted; the table above names them. */
const mostNamed = 8;

/**
 * The table engines × cases as text, and below it why cases failed or were skipped.
 * @param reports rows by the name of the engine or plugin
 * @param missing engines that could not be run at all, with the way to get them
 */
export const printReports = (
  reports: ReadonlyMap<string, readonly ReportRow[]>,
  missing: ReadonlyMap<string, string> = new Map(),
): string => {
  const engines = [...reports.keys()];
  const cases = [...new Set([...reports.values()].flat().map((row) => row.case))];
  const rowOf = (engine: string, id: string) => reports.get(engine)?.find((row) => row.case === id);
  const width = Math.max(4, ...cases.map((id) => id.length));
  const columns = engines.map((engine) => Math.max(engine.length, 4));
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(width), ...cells.map((cell, at) => cell.padEnd(columns[at]!))].join('  ').trimEnd();
  const count = (engine: string, status: ReportRow['status']) =>
    String(reports.get(engine)!.filter((row) => row.status === status).length);

  const lines = [line('case', engines)];
  for (const id of cases) {
    lines.push(
      line(
        id,
        engines.map((engine) => {
          const row = rowOf(engine, id);
          return row ? marks[row.status] : '';
        }),
      ),
    );
  }
  for (const status of ['passed', 'failed', 'skipped'] as const) {
    lines.push(
      line(
        status,
        engines.map((engine) => count(engine, status)),
      ),
    );
  }
  for (const status of ['failed', 'skipped'] as const) {
    const reasons = new Map<string, string[]>();
    for (const engine of engines) {
      for (const row of reports.get(engine)!) {
        if (row.status !== status) continue;
        const key = `${engine}: ${row.reason}`;
        reasons.set(key, [...(reasons.get(key) ?? []), row.case]);
      }
    }
    if (reasons.size > 0) lines.push('', `${status}:`);
    for (const [reason, ids] of reasons)
      lines.push(`  ${reason} (${ids.length > mostNamed ? `${ids.length} cases` : ids.join(', ')})`);
  }
  if (missing.size > 0) lines.push('', 'engines that are not here:');
  for (const [engine, how] of missing) lines.push(`  ${engine}: ${how}`);
  return `${lines.join('\n')}\n`;
};
