import { parseAllDocuments } from 'yaml';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { EditError, editDocument } from '../../semantic/load/edit-document.js';
import type { MetricEditor } from './service.js';

type Definition = Readonly<Record<string, unknown>>;

const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const read = (text: string, name: string): Definition | undefined => {
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core' });
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) continue;
    const { metrics } = (document.toJS({ maxAliasCount: 100 }) ?? {}) as { readonly metrics?: unknown };
    if (!isDefinition(metrics) || !Object.hasOwn(metrics, name)) continue;
    const found = metrics[name];
    if (isDefinition(found)) return found;
  }
  return undefined;
};

/** Metrics in YAML: comments, order and style of the rest stay as their author wrote them. */
export const metricEditor: MetricEditor = {
  read,
  write: (text, name, definition) => {
    try {
      return editDocument(text, ['metrics', name], definition ?? undefined);
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      throw new DataMindError('CONFLICT', `The metric "${name}" cannot be written: ${error.message}`, { cause: error });
    }
  },
};
