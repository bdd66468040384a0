import type { Place } from '../load/source-text.js';
import { type DiagnosticCode, diagnosticCatalogue } from './catalogue.js';

/** Something an author should know, as it leaves the compiler. Lines and columns count from 1. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** One sentence: what is wrong and how to mend it. */
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Exclusive. */
  readonly end: { readonly line: number; readonly column: number };
  /** What to write in place of what is marked. */
  readonly suggestion?: string;
  readonly related?: readonly RelatedPlace[];
}

export interface RelatedPlace {
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A diagnostic inside the compiler: places are still offsets. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly place: Place;
  readonly message: string;
  readonly suggestion?: string;
  readonly related?: readonly { readonly message: string; readonly place: Place }[];
}

/** Whether there is an error, and not warnings only, from that index on. */
export const hasErrors = (findings: readonly Finding[], from = 0): boolean =>
  findings.some(({ code }, index) => index >= from && diagnosticCatalogue[code].severity === 'error');

const toDiagnostic = ({ code, place, message, suggestion, related }: Finding): Diagnostic => ({
  severity: diagnosticCatalogue[code].severity,
  code,
  message,
  file: place.source.file,
  ...place.source.position(place.start),
  end: place.source.position(Math.max(place.end, place.start)),
  ...(suggestion === undefined ? {} : { suggestion }),
  ...(related === undefined
    ? {}
    : {
        related: related.map((other) => ({
          message: other.message,
          file: other.place.source.file,
          ...other.place.source.position(other.place.start),
        })),
      }),
});

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By file, then place; the same thing said twice is said once. */
export const finishDiagnostics = (findings: readonly Finding[]): readonly Diagnostic[] => {
  const sorted = findings
    .map(toDiagnostic)
    .sort(
      (a, b) =>
        compareText(a.file, b.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compareText(a.code, b.code) ||
        compareText(a.message, b.message),
    );
  return Object.freeze(
    sorted.filter((one, index) => {
      const before = sorted[index - 1];
      return (
        before === undefined ||
        before.file !== one.file ||
        before.line !== one.line ||
        before.column !== one.column ||
        before.code !== one.code ||
        before.message !== one.message
      );
    }),
  );
};
