/** Where traces go, in the variables that OpenTelemetry names. */
import type { TracingSettings } from '../operations/tracing.js';
import type { Setting } from './setting.js';

const text: Setting<string | null> = { fallback: null, read: (value) => ({ value }) };

const collector: Setting<string | null> = {
  fallback: null,
  read: (value) =>
    /^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : '')
      ? { value }
      : { must: 'must be the address of an OpenTelemetry collector: http://localhost:4318' },
};

/** Values of headers may be percent-encoded. */
const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector,
  OTEL_EXPORTER_OTLP_HEADERS: {
    fallback: {},
    read: (value) => {
      const pairs = value.split(',').map((part) => /^\s*([^=\s]+)\s*=(.*)$/s.exec(part));
      if (pairs.includes(null)) return { must: 'must be name=value, separated by commas' };
      return { value: Object.fromEntries(pairs.map((pair) => [pair![1], decoded(pair![2]!.trim())])) };
    },
  } as Setting<Readonly<Record<string, string>>>,
  OTEL_SERVICE_NAME: { fallback: 'datamind', read: (value) => ({ value }) } as Setting<string>,
  OTEL_TRACES_EXPORTER: text,
  OTEL_SDK_DISABLED: text,
};

/** Where traces go: the endpoint of traces alone as it is, or that of everything with its path. */
export const tracingOf = (
  read: <T>(name: keyof typeof tracingVariables, setting: Setting<T>) => T,
): TracingSettings | null => {
  const own = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', tracingVariables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  const all = read('OTEL_EXPORTER_OTLP_ENDPOINT', tracingVariables.OTEL_EXPORTER_OTLP_ENDPOINT);
  const headers = read('OTEL_EXPORTER_OTLP_HEADERS', tracingVariables.OTEL_EXPORTER_OTLP_HEADERS);
  const service = read('OTEL_SERVICE_NAME', tracingVariables.OTEL_SERVICE_NAME);
  const isOff =
    read('OTEL_SDK_DISABLED', tracingVariables.OTEL_SDK_DISABLED)?.toLowerCase() === 'true' ||
    read('OTEL_TRACES_EXPORTER', tracingVariables.OTEL_TRACES_EXPORTER) === 'none';
  const url = own ?? (all === null ? null : `${all.replace(/\/+$/, '')}/v1/traces`);
  return url === null || isOff ? null : { url, headers, service };
};
