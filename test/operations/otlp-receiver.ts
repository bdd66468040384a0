/** A collector that takes spans by OTLP over HTTP as JSON, and holds them to the protocol. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code?: number };
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface ReceivedSpan extends Omit<OtlpSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** What came and is no export of spans. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

const plainOf = ({ stringValue, intValue, doubleValue, boolValue }: OtlpValue): unknown =>
  stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue;

const record = (attributes: readonly OtlpAttribute[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plainOf(value)]));

const isSpan = ({ traceId, spanId, startTimeUnixNano, endTimeUnixNano }: OtlpSpan): boolean =>
  /^[0-9a-f]{32}$/.test(traceId) &&
  /^[0-9a-f]{16}$/.test(spanId) &&
  BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano);

export const startOtlpReceiver = async (): Promise<OtlpReceiver> => {
  const spans: ReceivedSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const faults: string[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers: sent } = request;
    headers.push(sent);
    if (method !== 'POST' || url !== '/v1/traces' || sent['content-type'] !== 'application/json') {
      faults.push(`${method} ${url} ${sent['content-type']}`);
    }
    json(request).then(
      (body) => {
        for (const { resource, scopeSpans } of (body as ExportRequest).resourceSpans) {
          for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
            if (!isSpan(span)) faults.push(JSON.stringify(span));
            spans.push({ ...span, attributes: record(span.attributes), resource: record(resource.attributes) });
          }
        }
        response.setHeader('Content-Type', 'application/json');
        response.end('{"partialSuccess":{}}');
      },
      (error: unknown) => faults.push(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ spans, headers, faults },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
